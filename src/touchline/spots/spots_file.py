"""`results_spotting.json`, the official file of a game's spots: reading and writing."""

import json
import math
from collections.abc import Collection, Container, Iterable, Sequence
from itertools import repeat
from pathlib import Path
from typing import Any

from touchline.errors import UserError
from touchline.files import write_atomically
from touchline.games import (
    SOCCERNET_V2,
    EntryRules,
    Problem,
    ProblemLog,
    Task,
    UnreadableEntryError,
    are_valid,
    check_game_id,
    check_position,
    columns,
    event_problems,
    holdings,
    open_game_files,
    pause_garbage_collection,
    read_game,
    refuse_one_for_many,
    unreadable_entry,
)
from touchline.spots.types import Spot

SPOTS_FILE = "results_spotting.json"
NAN = float("nan")
_TEAM_TYPES = {str, type(None)}
_KEYS = ("half", "position", "label", "confidence")
_KINDS = {"label": str, "position": int, "half": int, "confidence": float}


def read_spot_files(
    source: Path,
    games: Collection[str] | None = None,
    task: Task = SOCCERNET_V2,
    problems: ProblemLog | None = None,
    file_name: str = SPOTS_FILE,
) -> dict[str, list[Spot]]:
    """The spots of every game, in the order of the files.

    A spot is read as the official evaluator reads it: whole numbers for `position` and `half`,
    a real one for `confidence` with null as NaN, the label unchanged. `gameTime` is not read.
    `team` is kept where it is given.

    Args:
        source: a folder or zip of league/season/game/results_spotting.json.
        games: ids of the games to read; None for all that have the file.
        task: gives the classes.
        problems: collects what is wrong; None raises at the first. A game to read without a
            readable file is a problem and has no spots.
        file_name: the file's name, where it is another.

    Returns:
        Spots by game id, in the order of `games`.

    Raises:
        UserError: there is no such file, or a problem that `problems` does not tolerate.
    """
    noted = ProblemLog() if problems is None else problems
    classes = frozenset(task.classes)

    def complaints(spot: Spot) -> Sequence[Problem]:
        found = event_problems(spot, classes, task)
        if math.isnan(spot.confidence):
            return [*found, ("confidence NaN", "'confidence' is NaN or null")]
        return found

    def read_all(entries: Sequence[Any]) -> list[Spot] | None:
        return _valid_spots(entries, classes, task.halves)

    rules = EntryRules(
        "predictions",
        file_name,
        f"predictions {source}",
        "game without predictions",
        parse_spot_entry,
        complaints,
        read_all,
    )
    with open_game_files(source) as tree, pause_garbage_collection():
        present = tree.games(file_name)
        if not present:
            raise UserError(
                f"{source} contains no {file_name}{holdings(tree, file_name)}; give a folder or "
                f"zip of league/season/game/{file_name}."
            )
        refuse_one_for_many(source, present, present if games is None else games)
        return {
            game: read_game(tree, game, noted, rules) or []
            for game in (present if games is None else games)
        }


def _valid_spots(
    entries: Sequence[Any], classes: Container[str], last_half: int
) -> list[Spot] | None:
    """What `parse_spot_entry` makes of all entries, column by column; None where one of them is no
    spot, or not a valid one.
    """
    try:
        numbers, positions, labels, confidences, teams = columns(entries, _KEYS, {"team": None})
        halves, positions_ms = list(map(int, numbers)), list(map(int, positions))
        sure = list(map(float, confidences))
        if not are_valid(halves, positions_ms, labels, classes, last_half):
            return None
    except (AttributeError, KeyError, TypeError, ValueError, OverflowError):
        return None
    if math.isnan(sum(sure)) or not set(map(type, teams)) <= _TEAM_TYPES:
        return None
    rows = zip(halves, positions_ms, labels, teams, sure, strict=True)
    # As Spot._make, without a call in Python for each of them.
    return list(map(tuple.__new__, repeat(Spot), rows))


def parse_spot_entry(entry: Any) -> Spot:
    """The spot of an entry of `predictions`, as the official evaluator reads it.

    Raises:
        UnreadableEntryError: it is none.
    """
    try:
        label, team, confidence = entry["label"], entry.get("team"), entry["confidence"]
        if isinstance(label, str) and (team is None or isinstance(team, str)):
            sure = NAN if confidence is None else float(confidence)
            return Spot(
                int(entry["half"]), check_position(int(entry["position"])), label, team, sure
            )
    except UnreadableEntryError:
        raise
    except (AttributeError, KeyError, TypeError, ValueError, OverflowError):
        raise unreadable_entry(entry, _KINDS) from None
    raise unreadable_entry(entry, _KINDS | {"team": str})


def write_spots(root: Path, game: str, spots: Iterable[Spot]) -> Path:
    """Writes a game's spots in the official layout, whole or not at all.

    Args:
        root: the folder that league/season/game goes into.
        game: the game's id.
        spots: its spots; a team that is known is written beside the official keys.

    Returns:
        The file.
    """
    path = root / check_game_id(game) / SPOTS_FILE
    write_atomically(path, spots_text(game, spots))
    return path


def spots_text(game: str, spots: Iterable[Spot]) -> str:
    """The content of a game's file."""
    data = {"UrlLocal": game, "predictions": [_entry(spot) for spot in spots]}
    return json.dumps(data, indent=1, ensure_ascii=False) + "\n"


def _entry(spot: Spot) -> dict[str, str]:
    minutes, seconds = divmod(max(spot.position_ms, 0) // 1000, 60)
    entry = {
        "gameTime": f"{spot.half} - {minutes:02d}:{seconds:02d}",
        "label": spot.label,
        "position": str(spot.position_ms),
        "half": str(spot.half),
        "confidence": repr(float(spot.confidence)),
    }
    return entry if spot.team is None else entry | {"team": spot.team}
