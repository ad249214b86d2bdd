"""The files of player-centric ball action spotting: all events of a split, each with its player."""

import json
import math
from pathlib import Path
from typing import Any

from touchline.bounded_reading import read_bounded_text
from touchline.errors import UserError, reason_of
from touchline.games import ProblemLog, Task
from touchline.scores import PlayerEvent

_LEAST, _MOST = 4, 6
_MOST_BYTES = 256_000_000


def read_player_events(
    path: Path, task: Task, problems: ProblemLog, *, predicted: bool
) -> dict[str, list[PlayerEvent]]:
    """The events of every game, by key, such as "game_18_H1".

    The file is `{"keys": [...], "events": {key: [[frame, team, shirt, class, ...], ...]}}`, with
    classes numbered from 1 in the order of the task. Of a prediction the fifth value is its
    confidence, 1 where there is none; a true event has others there, which are not read. An entry
    of class 0 or beyond the classes is of no class, and dropped.

    Args:
        path: the file.
        task: gives the classes.
        problems: collects what is wrong, or raises at the first.
        predicted: whether these are predictions.

    Raises:
        UserError: the file cannot be read, or there is a problem that `problems` does not tolerate.
    """
    try:
        data = json.loads(read_bounded_text(path, _MOST_BYTES))
    except (OSError, UnicodeDecodeError) as error:
        raise UserError(f"{path} cannot be read: {reason_of(error)}.") from error
    except (ValueError, RecursionError) as error:
        raise UserError(f"{path} is not valid JSON: {error}.") from error
    keys = data.get("keys") if isinstance(data, dict) else None
    events = data.get("events") if isinstance(data, dict) else None
    if not isinstance(keys, list) or not isinstance(events, dict):
        raise UserError(f"{path} has no list 'keys' beside an object 'events'.")
    found: dict[str, list[PlayerEvent]] = {}
    for key in keys:
        entries = events.get(key, []) if isinstance(key, str) else None
        if not isinstance(entries, list):
            raise UserError(f"{path}: the events of {key!r} are not a list.")
        found[key] = []
        for number, entry in enumerate(entries, start=1):
            if event := _event(entry, task, f"{path}: {key}, entry {number}", problems, predicted):
                found[key].append(event)
    return found


def _event(
    entry: Any, task: Task, where: str, problems: ProblemLog, predicted: bool
) -> PlayerEvent | None:
    if not isinstance(entry, list) or not _LEAST <= len(entry) <= _MOST:
        problems.add(
            "unreadable entry",
            f"{where} is not a list of frame, team, shirt, class and what belongs to them",
        )
        return None
    try:
        frame, team, player, number = (int(value) for value in entry[:4])
        confidence = float(entry[4]) if predicted and len(entry) > _LEAST else 1.0
    except (TypeError, ValueError, OverflowError):
        problems.add("unreadable entry", f"{where} has a value that is not a number")
        return None
    if math.isnan(confidence):
        problems.add("confidence NaN", f"{where}: the confidence is NaN")
        return None
    if not 1 <= number <= len(task.classes):
        problems.add("unknown class", f"{where}: there is no class {number}")
        return None
    return PlayerEvent(frame, team, player, task.classes[number - 1], confidence)
