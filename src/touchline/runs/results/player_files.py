"""The files of player-centric ball action spotting: all events of a split, each with its player."""

import json
from pathlib import Path
from typing import Any

from touchline.bounded_reading import read_bounded_text
from touchline.errors import UserError, reason_of
from touchline.games import ProblemLog, Task, UnreadableEntryError
from touchline.scores import PlayerEvent
from touchline.spots import footpass_row, footpass_rows, footpass_score

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
    keys, events = footpass_rows(data, str(path))
    found: dict[str, list[PlayerEvent]] = {}
    for key in keys:
        entries = events.get(key, []) if isinstance(key, str) else None
        if not isinstance(entries, list):
            raise UserError(f"{path}: the events of {key!r} are not a list.")
        if key in found:
            raise UserError(f"{path}: key {key!r} is there twice.")
        found[key] = []
        for number, entry in enumerate(entries, start=1):
            if event := _event(entry, task, f"{path}: {key}, entry {number}", problems, predicted):
                found[key].append(event)
    return found


def _event(
    entry: Any, task: Task, where: str, problems: ProblemLog, predicted: bool
) -> PlayerEvent | None:
    try:
        row = footpass_row(entry)
        score = footpass_score(row) if predicted else None
    except UnreadableEntryError as error:
        problems.add("unreadable entry", f"{where}: {error}")
        return None
    if not 1 <= row.kind <= len(task.classes):
        problems.add("unknown class", f"{where}: there is no class {row.kind}")
        return None
    label = task.classes[row.kind - 1]
    return PlayerEvent(row.frame, row.team, row.shirt, label, 1.0 if score is None else score)
