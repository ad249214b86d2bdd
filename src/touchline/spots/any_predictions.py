"""Predictions in any format that `convert` reads, beside their labels."""

from collections.abc import Sequence
from pathlib import Path

from touchline.games import SOCCERNET_V2, Task, open_game_files
from touchline.spots.formats.convert import ReadChoice, read_chosen
from touchline.spots.formats.data_sets import soccernet_files
from touchline.spots.formats.event import spot_of_event
from touchline.spots.formats.read_events import format_of_file
from touchline.spots.formats.read_rules import ReadRules
from touchline.spots.labels_and_spots import PairedGames, pair_events, read_pairs
from touchline.spots.spots_file import SPOTS_FILE, read_spot_files
from touchline.spots.types import Spot


def read_pairs_of(
    choice: ReadChoice,
    rules: ReadRules,
    labels: Path,
    task: Task = SOCCERNET_V2,
    split: str | None = None,
    patterns: Sequence[str] = (),
) -> PairedGames:
    """Labels and spots by game, whatever the format of the spots.

    SoccerNet's own files are read as `read_pairs` does, like the official evaluator.

    Args:
        choice: the predictions.
        rules: how they are read; `rules.problems` collects what is wrong.
        labels: see `read_pairs`, likewise all others.

    Raises:
        UserError: something cannot be read, or no game is left to score.
    """
    source = choice.source
    if _is_soccernet(choice, rules):
        return read_pairs(labels, source, task, split, patterns, rules.problems)
    spots = read_spots(choice, rules)
    return pair_events(labels, source, spots, task, split, patterns, rules.problems)


def read_spots(choice: ReadChoice, rules: ReadRules) -> dict[str, list[Spot]]:
    """The spots of every game in some predictions, whatever their format.

    Args:
        choice: the predictions.
        rules: how they are read; an event without a confidence counts as certain.

    Raises:
        UserError: something cannot be read.
    """
    if rules.task is not None and _is_soccernet(choice, rules):
        return read_spot_files(choice.source, task=rules.task, problems=rules.problems)
    found: dict[str, list[Spot]] = {}
    for video in read_chosen(choice, rules)[1]:
        found.setdefault(video.game, []).extend(map(spot_of_event, video.events))
        unsure = sum(event.confidence is None for event in video.events)
        if unsure:
            rules.remarks["an event has no confidence and counts as certain"] += unsure
    return found


def _is_soccernet(choice: ReadChoice, rules: ReadRules) -> bool:
    """Whether the predictions are in SoccerNet's layout, and nothing is asked for besides."""
    source = choice.source
    if choice != ReadChoice(source, choice.form) or rules.renames or rules.lead_ms:
        return False
    if choice.form is not None:
        return choice.form == soccernet_files.FORMAT.name
    if source.is_file() and source.suffix.lower() == ".json":
        return format_of_file(source) == soccernet_files.FORMAT.name
    if source.is_file() and source.suffix.lower() != ".zip":
        return False
    with open_game_files(source) as tree:
        return bool(tree.games(SPOTS_FILE))
