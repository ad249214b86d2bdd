"""The labels or the spots of a run, as events between formats."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from touchline.errors import UserError
from touchline.games import Label, read_labels
from touchline.runs.planning.plan_file import GamePlan, PlanFile
from touchline.runs.run_folder import RunFolder
from touchline.spots import (
    FormatSettings,
    MatchEvent,
    VideoEvents,
    event_of_label,
    event_of_spot,
    lost_facts,
    read_spot_files,
    writable_format,
    write_events,
)
from touchline.video import frame_rate


@dataclass(frozen=True, slots=True)
class RunExport:
    """What was written of a run.

    Attributes:
        files: where.
        events: how many events are in them.
        sentences: what was left out and lost.
    """

    files: list[Path]
    events: int
    sentences: list[str]


def run_events(
    folder: Path, model: str | None = None, labels: bool = False, least: float = 0.0
) -> list[VideoEvents]:
    """The events of a run, by half.

    Args:
        folder: the run's.
        model: whose spots; None takes the only model.
        labels: the labels instead, as they were corrected in the viewer.
        least: spots with less confidence are left out.

    Raises:
        UserError: it is not a run, the model has no spots in it, or no game has labels.
    """
    plan = PlanFile.read(folder)
    if labels:
        by_game = {game.id: _labels(folder, game, plan) for game in plan.games}
        if all(found is None for found in by_game.values()):
            raise UserError(f"run {folder} has no labels: export its spots, without --labels.")
        events = {id_: list(map(event_of_label, found or ())) for id_, found in by_game.items()}
    else:
        events = _spots(folder, plan, plan.only_model() if model is None else model, least)
    return [video for game in plan.games for video in _videos(game, events.get(game.id, []))]


def _labels(folder: Path, game: GamePlan, plan: PlanFile) -> Sequence[Label] | None:
    corrected = RunFolder(folder).labels(game.id) / plan.task.label_file
    return read_labels(corrected, plan.task) if corrected.is_file() else game.covered_labels()


def _spots(folder: Path, plan: PlanFile, model: str, least: float) -> dict[str, list[MatchEvent]]:
    plan.model(model)  # raises where the run has no such model
    place = RunFolder(folder).spots(model)
    if not place.is_dir():
        raise UserError(
            f"run {folder} has no spots of {model} yet: finish it with `touchline run {folder}`."
        )
    found = read_spot_files(place, task=plan.task)
    return {
        game: [event_of_spot(spot) for spot in spots if spot.confidence >= least]
        for game, spots in found.items()
    }


def _videos(game: GamePlan, events: Sequence[MatchEvent]) -> list[VideoEvents]:
    return [
        VideoEvents(
            game.id,
            half.number,
            (),
            str(half.video),
            half.claimed_ms,
            fps=frame_rate(half.video) if half.video.is_file() else None,
        ).with_events(event for event in events if event.half == half.number)
        for half in game.halves
    ]


def export_run(
    videos: Sequence[VideoEvents], to: str, out: Path, settings: FormatSettings
) -> RunExport:
    """Writes the events of a run in a format.

    Args:
        videos: of `run_events`.
        to: name of the format.
        out: a file, or a folder where there is one for each game or half.
        settings: what the format leaves open.

    Raises:
        UserError: there is no such format, or something cannot be written.
    """
    form = writable_format(to)
    files = write_events(videos, form, out, settings)
    events = sum(len(video.events) for video in videos)
    return RunExport(files, events, [f"{one}." for one in lost_facts(videos, form)])
