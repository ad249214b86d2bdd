"""Several runs fused into one, which is scored and compared like any other."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType

from touchline.errors import UserError
from touchline.files import whole_folder
from touchline.games import Label
from touchline.models import MARK
from touchline.progress import Notify, ignore_progress
from touchline.replies import Outcome
from touchline.runs.config.bench import read_run_bench, run_bench_text, write_bench_text
from touchline.runs.merging.fitted import FUSION
from touchline.runs.merging.held_out import (
    Refitted,
    decode_held_out,
    decode_refitted,
    decode_without_look,
)
from touchline.runs.merging.tune import figure_of
from touchline.runs.planning.plan_file import CONTROL_OF, PlanFile
from touchline.runs.results.finish import FinishResult, publish
from touchline.runs.results.leaderboard import ModelOutcome
from touchline.runs.results.run_results import RunResults, load_run
from touchline.runs.run_folder import RunFolder
from touchline.spots import (
    NO_LOOK_ROWS,
    STACKING,
    EventSignals,
    FuseSettings,
    Spot,
    combine_signals,
    comparable,
    fuse,
    signals_of_sound,
    signals_of_spots,
)
from touchline.text import counted
from touchline.video import find_sound_events

Timeline = dict[str, list[Spot]]


@dataclass(frozen=True, slots=True)
class _Fused:
    """A row of a fused run: what was fused, its spots, and `ModelOutcome.refitted`."""

    models: list[str]
    spots: Timeline
    refitted: Refitted = field(default_factory=dict)


def fuse_runs(
    runs: Sequence[Path],
    out: Path,
    settings: FuseSettings,
    models: Sequence[str] = (),
    sound: bool = False,
    notify: Notify = ignore_progress,
) -> FinishResult:
    """Fuses the models of some runs and writes the result as a run.

    Args:
        runs: finished runs; the games that all of them have are fused.
        out: folder of the new run; it must not exist yet, and is there whole or not at all.
        settings: how to fuse; the method may also be "stacking", which fits a decoder on the
            other games in folds over games and needs labels.
        models: which models; none means all but baselines and controls.
        sound: for stacking, let the decoder also use whistles and the crowd; one model is then
            enough.
        notify: called with how many games of which run are left out.

    Returns:
        What the fused run came to. Stacking has controls beside it: its nulls, which are decoders
        refitted on claims that are not where they belong, and of several models the decoder on the
        better of them alone, which says how much is due to fusing.

    Raises:
        UserError: a run is not finished, a model is missing, there is nothing to fuse, or the runs
            have no game in common, or other halves of one.
    """
    if out.exists():
        raise UserError(f"{out} exists already: give the fused run another folder with -o.")
    fitted = settings.method == STACKING
    if sound and not fitted:
        raise UserError(f"sound is fused by method '{STACKING}' only, not by '{settings.method}'.")
    found, plan = _read_common(runs, models, sound, notify)
    made = _fused_with_control(plan, out.name, found, settings, sound)
    fused_plan = _plan(
        plan, out.name, {name: made_of.models for name, made_of in made.items()}, settings
    )
    bench, text = read_run_bench(runs[0]), run_bench_text(runs[0])
    outcomes = [
        ModelOutcome(
            model=name,
            kind=fused_plan.model(name).kind,
            control_of=fused_plan.control_of(name),
            has_probability=fitted,
            fitted=fitted,
            spots={game.id: made_of.spots.get(game.id, []) for game in plan.games},
            refitted=made_of.refitted,
            outcomes=dict.fromkeys(Outcome, 0),
            coverage=min(found[one][1] for one in made_of.models if one in found),
        )
        for name, made_of in made.items()
    ]
    with whole_folder(out) as folder:
        fused_plan.write(folder)
        write_bench_text(text, RunFolder(folder).bench)
        finished = publish(folder, fused_plan, outcomes, bench.scoring)
    return replace(finished, report=RunFolder(out).report)


def _read_common(
    folders: Sequence[Path], models: Sequence[str], sound: bool, notify: Notify
) -> tuple[dict[str, tuple[Timeline, float]], PlanFile]:
    """The models that are fused, as `_models`, and the plan of the games that all runs have.

    Raises:
        UserError: see `fuse_runs`.
    """
    runs = [load_run(folder) for folder in folders]
    found = _models(runs, models)
    if len(found) + sound < 2:
        raise UserError(f"fusing needs at least 2 models, found: {', '.join(found) or 'none'}.")
    plan = _common_plan([one for one in runs if _chosen(one, models)], notify)
    return {name: (_of_games(one, plan), coverage) for name, (one, coverage) in found.items()}, plan


def _fused_with_control(
    plan: PlanFile,
    name: str,
    found: Mapping[str, tuple[Timeline, float]],
    settings: FuseSettings,
    sound: bool,
) -> dict[str, _Fused]:
    """The rows of the fused run, by name."""
    names = [*found, *(["sound"] if sound else [])]
    timelines = [timeline for timeline, _ in found.values()]
    if settings.method != STACKING:
        return {name: _Fused(names, fuse(timelines, settings))}
    labels, task = plan.labels(), plan.task
    signals = stacked_signals(timelines, labels, _sound_signals(plan) if sound else {})
    made = {name: _stacked(names, signals, plan)}
    if len(names) > 1:
        better = max(found, key=lambda model: _worth(found[model][0], plan))
        alone = found[better][0]
        # A decoder of a model that claims nothing finds nothing either.
        made[f"{name}{MARK}{better}"] = (
            _stacked([better], stacked_signals([alone], labels), plan)
            if any(alone.values())
            else _Fused([better], alone)
        )
    for null, (spots, _) in decode_without_look(signals, labels, task).items():
        made[f"{name}{MARK}{NO_LOOK_ROWS[null]}"] = _Fused(names, spots)
    return made


def _stacked(names: list[str], signals: Mapping[str, list[EventSignals]], plan: PlanFile) -> _Fused:
    labels, task = plan.labels(), plan.task
    spots, decoders = decode_held_out(signals, labels, task)
    return _Fused(names, spots, decode_refitted(signals, labels, decoders))


def _worth(timeline: Timeline, plan: PlanFile) -> tuple[float, bool]:
    """The mean of loose and tight average-mAP of a model's spots, and whether it has any."""
    labels = plan.labels()
    games = {game: (found, timeline.get(game, [])) for game, found in labels.items()}
    return figure_of(games, plan.task).mean, any(timeline.values())


def stacked_signals(
    timelines: Sequence[Timeline],
    truth: Mapping[str, list[Label]],
    sound: Mapping[str, list[EventSignals]] = MappingProxyType({}),
) -> dict[str, list[EventSignals]]:
    """The spots of several models side by side, as signals of a decoder, by game.

    Args:
        timelines: for each model its spots by game.
        truth: labels by game; only these games are stacked.
        sound: signals of the sound of each game, where the decoder may use it.

    Raises:
        UserError: fewer than two labelled games.
    """
    games = sorted(game for game in truth if any(game in one for one in timelines))
    if len(games) < 2:
        raise UserError("stacking needs at least 2 labelled games: it is fitted on the others.")
    ranked = [comparable(timeline) for timeline in timelines]
    return {
        game: combine_signals(
            [
                *(signals_of_spots(one.get(game, []), f"model{i}") for i, one in enumerate(ranked)),
                sound.get(game, []),
            ]
        )
        for game in games
    }


def _sound_signals(plan: PlanFile) -> dict[str, list[EventSignals]]:
    """The signals of the sound of each game of a plan."""
    return {
        game.id: signals_of_sound(
            {half.number: find_sound_events(half.video) for half in game.halves}
        )
        for game in plan.games
    }


def _chosen(run: RunResults, wanted: Sequence[str]) -> list[str]:
    """The models of a run that are fused."""
    return [
        model
        for model in run.models
        if (model in wanted if wanted else run.kinds[model] == "model")
    ]


def _common_plan(runs: Sequence[RunResults], notify: Notify) -> PlanFile:
    """The first run's plan, with the games that all runs have.

    Raises:
        UserError: there is none, or the runs have other halves of one.
    """
    halves = [_halves_of_games(PlanFile.read(run.folder)) for run in runs]
    common = {game for game in halves[0] if all(game in one for one in halves)}
    if not common:
        labelled = "labelled " if any(run.games for run in runs) else ""
        raise UserError(f"the runs have no {labelled}game in common; fuse runs of the same games.")
    for run, own in zip(runs, halves, strict=True):
        for game in sorted(common):
            if own[game] != halves[0][game]:
                raise UserError(
                    f"run {run.folder} has other halves of '{game}' than {runs[0].folder}; fuse "
                    "runs of the same halves."
                )
        if more := len(own) - len(common):
            notify(
                f"{more:,} of {counted(len(own), 'game')} of run {run.folder} left out: not in "
                "every run that is fused."
            )
    plan = PlanFile.read(runs[0].folder)
    games = tuple(game for game in plan.games if game.id in common)
    return plan.model_copy(update={"games": games})


def _of_games(timeline: Timeline, plan: PlanFile) -> Timeline:
    """The spots of the games of a plan."""
    return {game.id: timeline[game.id] for game in plan.games if game.id in timeline}


def _halves_of_games(plan: PlanFile) -> dict[str, set[int]]:
    return {game.id: {half.number for half in game.halves} for game in plan.games}


def _models(runs: Sequence[RunResults], wanted: Sequence[str]) -> dict[str, tuple[Timeline, float]]:
    """Spots and coverage of each model, under its name and, where two share it, its run's."""
    found: dict[str, tuple[Timeline, float]] = {}
    for run in runs:
        chosen = _chosen(run, wanted)
        for model, spots in run.models.items():
            if model in chosen:
                name = f"{run.folder.name}/{model}" if model in found else model
                found[name] = (
                    {game: list(of_game) for game, of_game in spots.items()},
                    run.coverage[model],
                )
    missing = [model for model in wanted if model not in found]
    if missing:
        raise UserError(f"no run has a model '{missing[0]}'.")
    return found


def _plan(
    plan: PlanFile, name: str, models: Mapping[str, list[str]], settings: FuseSettings
) -> PlanFile:
    """The first run's plan, with the fusion in place of its models, and its control after it."""
    facts = {
        "engine": FUSION,
        "method": settings.method,
        "window_ms": settings.window_ms,
        "weights": list(settings.weights),
        "comparable": settings.comparable,
    }
    entries = tuple(
        plan.models[0].model_copy(
            update={
                "card": {"name": made, "models": fed}
                | facts
                | ({} if made == name else {CONTROL_OF: name})
            }
        )
        for made, fed in models.items()
    )
    return plan.model_copy(update={"name": name, "models": entries})
