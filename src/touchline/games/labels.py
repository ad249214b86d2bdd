"""Reading a game's file of labels strictly: an error names the file and the entry."""

import json
from pathlib import Path
from typing import Any

from touchline.bounded_reading import read_bounded
from touchline.errors import UserError, reason_of
from touchline.games.entries import task_of_class
from touchline.games.foreign_files import known_as
from touchline.games.task import Task
from touchline.games.types import NO_TEAM, Label
from touchline.text import nearest_word

LABELS_FILE = "Labels-v2.json"
"""Of the games that SoccerNet offers for download."""


def read_labels(path: Path, task: Task) -> tuple[Label, ...]:
    """The annotated events of a game, in time order.

    Args:
        path: such as a `Labels-v2.json`.
        task: its classes, teams and periods.

    Raises:
        UserError: the file is missing, is not JSON, or an entry cannot be read.
    """
    try:
        text = read_bounded(path)
    except OSError as error:
        raise UserError(f"labels {path} cannot be read: {reason_of(error)}.") from error
    return parse_labels(text, task, where=str(path))


def parse_labels(text: str | bytes, task: Task, where: str) -> tuple[Label, ...]:
    """The annotated events in the text of a file of labels, in time order.

    Args:
        text: the file's text; of bytes UTF-8, UTF-16 and UTF-32 are understood.
        task: its classes, teams and periods.
        where: the file's name for error messages.

    Raises:
        UserError: the text is not JSON, has no annotations, or an entry cannot be read.
    """
    try:
        data = json.loads(text)
    except UnicodeDecodeError as error:
        raise UserError(f"labels {where} cannot be read: {reason_of(error)}.") from error
    except (ValueError, RecursionError) as error:
        raise UserError(f"labels {where} are not valid JSON: {reason_of(error)}.") from error
    annotations = data.get("annotations") if isinstance(data, dict) else None
    if not isinstance(annotations, list):
        raise UserError(f"labels {where} have no list 'annotations'{known_as(data)}.")
    labels = [
        _label(entry, task, f"labels {where}, annotation {number}")
        for number, entry in enumerate(annotations, start=1)
    ]
    return tuple(sorted(labels, key=lambda label: (label.half, label.position_ms)))


def _label(entry: Any, task: Task, where: str) -> Label:
    if not isinstance(entry, dict):
        raise UserError(f"{where} is not an object.")
    half, clock_ms = _game_time(entry.get("gameTime"), where, task)
    name = entry.get("label")
    label = task.label_class(name) if isinstance(name, str) else None
    if label is None:
        raise UserError(
            f"{where}: unknown class {name!r}"
            f"{task_of_class(str(name), task) or nearest_word(str(name), task.classes, 0.5)}."
        )
    teams = (*task.teams, NO_TEAM)
    team = entry.get("team", NO_TEAM)
    if team not in teams:
        expected = f"not one of {', '.join(teams)}"
        if not task.teams:
            expected = f"and task '{task.name}' has no teams"
        raise UserError(f"{where}: team is {team!r}, {expected}.")
    position_ms = clock_ms if "position" not in entry else _position(entry["position"], where)
    visible = entry.get("visibility", "visible") != "not shown"
    return Label(half, position_ms, label, team, visible)


def _game_time(value: Any, where: str, task: Task) -> tuple[int, int]:
    """Half and milliseconds of "H - MM:SS"."""
    try:
        half_text, clock = value.split(" - ")
        minutes, seconds = clock.split(":")
        half, clock_ms = int(half_text), (int(minutes) * 60 + int(seconds)) * 1000
    except (AttributeError, ValueError):
        raise UserError(f"{where}: gameTime is {value!r}, not like '1 - 12:34'.") from None
    if not 1 <= half <= task.halves:
        raise UserError(
            f"{where}: gameTime {value!r} is in half {half}; halves are {task.half_numbers}."
        )
    return half, clock_ms


def _position(value: Any, where: str) -> int:
    try:
        position_ms = int(value)
    except (TypeError, ValueError):
        raise UserError(f"{where}: position is {value!r}, not whole milliseconds.") from None
    if position_ms < 0:
        raise UserError(f"{where}: position {position_ms} ms is before the start of the half.")
    return position_ms
