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
from touchline.text import counted
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


@dataclass(frozen=True, slots=True)
class RunEvents:
    """The events of a run.

    Attributes:
        videos: by half.
        sentences: what was left out, and whose labels they are.
    """

    videos: list[VideoEvents]
    sentences: list[str]


def run_events(
    folder: Path, model: str | None = None, labels: bool = False, least: float = 0.0
) -> RunEvents:
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
        by_game, said = _labels(folder, plan)
    else:
        name = plan.only_model() if model is None else model
        by_game, said = _spots(folder, plan, name, least)
    videos = [
        video
        for game in plan.games
        if game.id in by_game
        for video in _videos(game, by_game[game.id])
    ]
    if absent := len(plan.games) - len(by_game):
        said.append(
            f"{counted(absent, 'game')} without {'labels' if labels else 'spots'} left out."
        )
    return RunEvents(videos, said)


def _labels(folder: Path, plan: PlanFile) -> tuple[dict[str, list[MatchEvent]], list[str]]:
    """The labels of each game that has any, and how many were corrected."""
    found: dict[str, Sequence[Label]] = {}
    corrected = 0
    for game in plan.games:
        file = RunFolder(folder).labels(game.id) / plan.task.label_file
        if file.is_file():
            found[game.id] = read_labels(file, plan.task)
            corrected += 1
        elif (labels := game.covered_labels()) is not None:
            found[game.id] = labels
    if not found:
        raise UserError(f"run {folder} has no labels: export its spots, without --labels.")
    events = {game: list(map(event_of_label, labels)) for game, labels in found.items()}
    said = f"labels of {counted(corrected, 'game')} are those that were corrected in the viewer."
    return events, [said] if corrected else []


def _spots(
    folder: Path, plan: PlanFile, model: str, least: float
) -> tuple[dict[str, list[MatchEvent]], list[str]]:
    """The spots of each game, and how many are not sure enough."""
    plan.model(model)  # raises where the run has no such model
    place = RunFolder(folder).spots(model)
    if not place.is_dir():
        raise UserError(
            f"run {folder} has no spots of {model} yet: finish it with `touchline run {folder}`."
        )
    found = read_spot_files(place, task=plan.task)
    events = {
        game: [event_of_spot(spot) for spot in spots if spot.confidence >= least]
        for game, spots in found.items()
    }
    unsure = sum(map(len, found.values())) - sum(map(len, events.values()))
    said = f"{counted(unsure, 'spot')} with a confidence under {least:g} left out."
    return events, [said] if unsure else []


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
    files = write_events(videos, form, out, settings, "choose another place with --out")
    events = sum(len(video.events) for video in videos)
    return RunExport(files, events, [f"{one}." for one in lost_facts(videos, form)])
