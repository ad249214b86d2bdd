"""Running a benchmark: plan, ask what is missing, finish."""

from collections.abc import Collection
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from touchline.errors import ComeBackLater, UserError
from touchline.models import SOUND_BASELINE, load_engine
from touchline.progress import NamedProgress, Notify, ignore_progress
from touchline.replies import read_index
from touchline.report import REPORT_SECTIONS
from touchline.runs.asking.match_contexts import match_contexts
from touchline.runs.asking.pool import Pool
from touchline.runs.asking.stop import Stop
from touchline.runs.asking.watching.canaries import ask_canaries
from touchline.runs.asking.worker import LoadEngine, WorkResult, work
from touchline.runs.asking.workers import WorkerConfig
from touchline.runs.config.bench_diff import changed_settings, kept_answers, questions_of
from touchline.runs.cost.engine_factory import EngineFactory
from touchline.runs.planning.ask_again import AskAgain, rounds_again
from touchline.runs.planning.frame_limit import frame_limit_warning
from touchline.runs.planning.plan import Plan, PlannedModel, write_plan
from touchline.runs.planning.planned_videos import why_no_sound
from touchline.runs.planning.question_builder import Contexts
from touchline.runs.planning.question_reader import QuestionReader
from touchline.runs.planning.question_writer import plan_questions
from touchline.runs.planning.shards import Shard, missing
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
            same call resumes it.
    """
    changes = changed_settings(plan, folder)
    for change in changes:
        notify(f"the benchmark has changed: {change}")
    contexts = prepare(plan, folder, progress, load or load_engine)
    for sentence in probe_warnings(plan, folder):
        notify(sentence)
    stop = stop or Stop()
    refused: dict[str, str] = {}
    later: list[str] = []
    asking = _Asking(folder, progress, stop, load or load_engine, workers, notify, again)
    for model in plan.models:
        try:
            before = questions_of(folder, model.name) if changes else None
            plan_questions(plan, model, contexts, folder)
            if before is not None:
                notify(f"{model.name}: {kept_answers(folder, model.name, before).sentence}")
            _refuse_to_finish(model, _ask_model(plan, model, asking))
        except UserError as error:
            refused[model.name] = str(error)
        except ComeBackLater as error:
            later.append(str(error))
            if stop.reason is not None:
                break
    if later:
        raise ComeBackLater(" ".join([*refused.values(), *later]))
    return RunResult(finish_planned(plan, folder), refused, tuple(_warnings(plan)))


@dataclass(frozen=True, slots=True)
class _Asking:
    """How the models of a run are asked; see `run`."""

    folder: Path
    progress: NamedProgress
    stop: Stop
    load: LoadEngine
    workers: WorkerConfig | None
    notify: Notify
    again: Collection[AskAgain]


def _ask_model(plan: Plan, model: PlannedModel, how: _Asking) -> WorkResult:
    """Asks what is missing of one model, and what is asked for again."""
    for warning in model.card.warnings():
        how.notify(warning)
    rounds = rounds_again(how.folder, model, how.again)
    if how.again and not model.card.is_baseline:
        windows, kinds = counted(len(rounds), "window"), ", ".join(sorted(how.again))
        how.notify(f"{model.name}: {windows} asked again ({kinds})")
    _watch_canaries(plan, model.name, how, asks_again=bool(rounds))
    report = partial(how.progress, model.name)
    if how.workers is not None and how.workers.applies_to(model.card):
        pool = Pool(how.folder, model.name, how.workers, how.stop, report, again=rounds)
        return pool.work()
    return work(how.folder, model.name, Shard(), how.stop, report, how.load, rounds)


def _watch_canaries(plan: Plan, model: str, how: _Asking, *, asks_again: bool) -> None:
    """Asks the canary windows of a model that is about to be asked, and says if they changed."""
    if isinstance(how.load, EngineFactory) and how.load.uses_batches:
        return
    reader = QuestionReader(how.folder, model)
    open_ = missing(reader.file, read_index(RunFolder(how.folder).journal(model)))
    if not len(open_) and not asks_again:
        return
    found = ask_canaries(
        how.folder,
        reader,
        plan.bench.identity.canaries,
        lambda: how.load(reader.model.card, reader.class_priors),
        how.stop,
    )
    if found is not None and found.is_alarm:
        how.notify(f"{model} answers differently than at its first start: {found.sentence}")


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


def _refuse_to_finish(model: PlannedModel, worked: WorkResult) -> None:
    if worked.stopped:
        raise ComeBackLater(
            f"{worked.stopped}; {counted(worked.left, 'window')} of model '{model.name}' left to "
            "ask: resume with the same command."
        )


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
                    f"{facts.claimed_ms / 1000:.1f} s; the rest counts as not covered."
                )
    return found
