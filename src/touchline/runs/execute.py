"""Running a benchmark: plan, ask what is missing, finish."""

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from touchline.errors import ComeBackLater, UserError
from touchline.models import SOUND_BASELINE, load_engine
from touchline.progress import NamedProgress, Notify, ignore_progress
from touchline.replies import check_journal
from touchline.report import REPORT_SECTIONS
from touchline.runs.asking.asker import Asker
from touchline.runs.asking.match_contexts import match_contexts
from touchline.runs.asking.sharing.session import open_session
from touchline.runs.asking.stop import Stop
from touchline.runs.asking.watching.canaries import ask_canaries
from touchline.runs.asking.worker import LoadEngine
from touchline.runs.asking.workers import WorkerConfig
from touchline.runs.before_asking.refused_models import refused_at_start, write_refused
from touchline.runs.config.bench_diff import changed_settings, kept_answers
from touchline.runs.config.kept_results import keep_results
from touchline.runs.cost.engine_factory import EngineFactory
from touchline.runs.own_claims.claims_by_window import asking_order, own_claims
from touchline.runs.planning.ask_again import AskAgain, rounds_again
from touchline.runs.planning.frame_limit import frame_limit_warning
from touchline.runs.planning.plan import Plan, write_plan
from touchline.runs.planning.planned_videos import label_warnings, why_no_sound
from touchline.runs.planning.question_builder import Contexts
from touchline.runs.planning.question_index import questions_of
from touchline.runs.planning.question_reader import QuestionReader
from touchline.runs.planning.question_writer import plan_questions
from touchline.runs.planning.shards import open_positions
from touchline.runs.probing.probe_file import probe_of, take_probe
from touchline.runs.results.finish import FinishResult, finish
from touchline.runs.run_folder import RunFolder
from touchline.scores import METRIC_REGISTRY
from touchline.text import counted


@dataclass(frozen=True, slots=True)
class RunResult:
    """A finished run.

    Attributes:
        finished: leaderboard and report.
        refused: models that could not be asked at all, with the sentence that says why.
        warnings: sentences about videos that are incomplete, and models that get fewer frames.
    """

    finished: FinishResult
    refused: dict[str, str]
    warnings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class JoinResult:
    """What a process did that joined a run; the process that it joined finishes the run.

    Attributes:
        windows: that it was given to ask.
        refused: models that it could not ask, with the sentence that says why.
    """

    windows: int
    refused: dict[str, str]


def run(  # noqa: PLR0913  (all that a run can be told)
    plan: Plan,
    folder: Path,
    progress: NamedProgress,
    stop: Stop | None = None,
    load: LoadEngine | None = None,
    workers: WorkerConfig | None = None,
    notify: Notify = ignore_progress,
    *,
    again: Collection[AskAgain] = (),
) -> RunResult:
    """Runs a benchmark in a folder, or resumes it where it stopped.

    A model that cannot be asked at all does not stop the others; it is named in the result.

    Args:
        plan: the benchmark, resolved.
        folder: the run's folder; made if it is not there.
        progress: called after every answer.
        stop: ends it early, after the windows in flight.
        load: makes the engine of a card; None takes `load_engine`.
        workers: processes that ask, which load engines themselves; None asks in this process.
        notify: gets sentences on what a changed benchmark means for existing answers.
        again: replies that are asked for again, by what became of them.

    Raises:
        UserError: something that concerns all models.
        ComeBackLater: the disk is full, it was stopped, or some models have to be asked later; the
            same call resumes it. Or another process asks in the folder.
    """
    stop = stop or Stop()
    with open_session(folder, stop, notify) as session:
        asker = Asker(folder, session, progress, stop, load or load_engine, workers)
        return _run(plan, asker, notify, again)


def run_or_join(
    plan: Plan,
    folder: Path,
    progress: NamedProgress,
    stop: Stop | None = None,
    load: LoadEngine | None = None,
    workers: WorkerConfig | None = None,
    notify: Notify = ignore_progress,
) -> RunResult | JoinResult:
    """Shares the work of the process that asks in a folder; as `run` where there is none.

    Args and errors are those of `run`.

    Raises:
        UserError: the benchmark is not the one that is asked there.
        ComeBackLater: the process that was joined has ended before the run was finished.
    """
    stop = stop or Stop()
    with open_session(folder, stop, notify, join=True) as session:
        asker = Asker(folder, session, progress, stop, load or load_engine, workers)
        return _run(plan, asker, notify) if session.is_first else _share(plan, asker, notify)


def _run(plan: Plan, asker: Asker, notify: Notify, again: Collection[AskAgain] = ()) -> RunResult:
    """Plans, asks, perhaps with others that join, and finishes."""
    folder = asker.folder
    changes = changed_settings(plan, folder)
    for change in changes:
        notify(f"the benchmark has changed: {change}")
    if changes and (kept := keep_results(folder)):
        notify(f"the results so far are kept in {kept}")
    refused = _refused_at_start(plan, asker)
    for sentence in dict.fromkeys(refused.values()):
        notify(sentence)
    contexts = prepare(plan, folder, asker.progress, asker.load)
    write_refused(folder, refused)
    for sentence in [*label_warnings(plan.games, plan.videos), *probe_warnings(plan, folder)]:
        notify(sentence)
    not_begun = [model.name for model in asking_order(plan)]
    for model in asking_order(plan):
        not_begun.remove(model.name)
        with asker.one_model(model.name):
            before = questions_of(folder, model.name) if changes else None
            plan_questions(plan, model, contexts, folder, own_claims(plan, model, folder))
            if before is not None:
                notify(f"{model.name}: {kept_answers(folder, model.name, before).sentence}")
            for warning in [*model.card.warnings(), *_checked_answers(folder, model.name)]:
                notify(warning)
            if model.name in refused:
                raise UserError(refused[model.name])
            rounds = rounds_again(folder, model, again)
            if again and not model.card.is_baseline:
                windows, kinds = counted(len(rounds), "window"), ", ".join(sorted(again))
                notify(f"{model.name}: {windows} asked again ({kinds})")
            if alarm := _watch_canaries(plan, model.name, asker, asks_again=bool(rounds)):
                notify(alarm)
            asker.ask(model, rounds)
        if model.name in asker.refused and model.name not in refused:
            notify(asker.refused[model.name])
        if asker.is_stopped:
            break
    write_refused(folder, asker.refused)
    asker.raise_later(not_begun)
    return RunResult(finish_planned(plan, folder), asker.refused, tuple(_warnings(plan)))


def _refused_at_start(plan: Plan, asker: Asker) -> dict[str, str]:
    """Why models cannot be asked, where it is known how their engines are loaded."""
    if asker.load is load_engine or isinstance(asker.load, EngineFactory):
        return refused_at_start(plan, asker.folder)
    return {}


def _share(plan: Plan, asker: Asker, notify: Notify) -> JoinResult:
    """Asks a part of what another process has planned, which will finish the run."""
    notify(f"sharing the work of a run that others ask in {asker.folder}")
    windows = 0
    for model in asking_order(plan):
        if not asker.session.wait_until_planned(model.name):
            break
        if changes := changed_settings(plan, asker.folder):
            raise UserError(
                f"{asker.folder} is asked with another benchmark ({changes[0]}): wait for it to "
                "end, or use the same benchmark with --join."
            )
        with asker.one_model(model.name):
            windows += asker.ask(model)
        if asker.is_stopped:
            break
    asker.raise_later()
    if asker.session.first_is_gone:
        raise ComeBackLater(
            f"the run in {asker.folder} that was joined has ended before it was finished: the same "
            "command finishes it."
        )
    return JoinResult(windows, asker.refused)


def _checked_answers(folder: Path, model: str) -> list[str]:
    """Has answers asked again that were damaged on the disk or ended by an error; says so."""
    found = check_journal(RunFolder(folder).journal(model))
    kinds = {"damaged on the disk": found.damaged, "ended by an error": found.stumps}
    return [
        f"{model}: {counted(count, 'answer')} {what}, to be asked again"
        for what, count in kinds.items()
        if count
    ]


def _watch_canaries(plan: Plan, model: str, asker: Asker, *, asks_again: bool) -> str | None:
    """Asks the canary windows of a model that is about to be asked; a sentence if they changed."""
    if isinstance(asker.load, EngineFactory) and asker.load.uses_batches:
        return None
    reader = QuestionReader(asker.folder, model)
    if not len(open_positions(asker.folder, model)) and not asks_again:
        return None
    found = ask_canaries(
        asker.folder,
        reader,
        plan.bench.identity.canaries,
        lambda: asker.load(reader.model.card, reader.class_priors),
        asker.stop,
    )
    if found is None or not found.is_alarm:
        return None
    return f"{model} answers differently than at its first start: {found.sentence}"


def prepare(
    plan: Plan, folder: Path, progress: NamedProgress, load: LoadEngine = load_engine
) -> Contexts:
    """Writes a plan into its folder and finds the match contexts that its prompts need.

    Then `plan_questions` makes the questions of each model, workers ask them, in this process or
    in others, and `finish_planned` makes scores and report.

    Raises:
        UserError: a context is wrong or cannot be had, or a package's metric or section of the
            report cannot be loaded.
        ComeBackLater: the disk is full.
    """
    # A package that is broken is refused before models are asked, not after.
    METRIC_REGISTRY.third_party()
    REPORT_SECTIONS.third_party()
    write_plan(plan, folder)
    for model in plan.models:
        take_probe(folder, model.name, model.identity)
    return match_contexts(plan, folder, lambda d, t: progress("match context", d, t), load)


def probe_warnings(plan: Plan, folder: Path) -> list[str]:
    """What probes of a run's models found to be wrong, a sentence each."""
    found = ((model.name, probe_of(folder, model.name)) for model in plan.models)
    return [f"{name}: {probe.sentence}" for name, probe in found if probe and probe.faults]


def finish_planned(plan: Plan, folder: Path) -> FinishResult:
    """Makes spots, scores and report as the plan's benchmark says."""
    return finish(folder, plan.bench.merging, plan.bench.scoring)


def _warnings(plan: Plan) -> list[str]:
    """Models whose windows are subsampled, and videos that are shorter than they claim."""
    subsampled = [frame_limit_warning(model.card, model.recipe) for model in plan.models]
    found = [warning for warning in subsampled if warning]
    if plan.labelled and (why := why_no_sound(plan.videos)):
        found.append(f"{SOUND_BASELINE} is not on the leaderboard: {why}")
    for game in plan.games:
        for half in game.halves:
            facts = plan.videos[half.video]
            if facts.claimed_ms > facts.duration_ms:
                found.append(
                    f"{half.video} breaks off at {facts.duration_ms / 1000:.1f} s of "
                    f"{facts.claimed_ms / 1000:.1f} s, or its clock restarts on the way; the rest "
                    "counts as not covered."
                )
    return found
