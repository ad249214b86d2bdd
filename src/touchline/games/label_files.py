"""Reading the labels of many games as the official evaluator does, from a folder or a zip."""

import re
from collections.abc import Container, Iterable, Sequence
from itertools import repeat
from pathlib import Path
from typing import Any

from touchline.errors import UserError
from touchline.games.entries import (
    EntryRules,
    Problem,
    ProblemLog,
    UnreadableEntryError,
    are_valid,
    check_position,
    columns,
    event_problems,
    pause_garbage_collection,
    read_game,
    unreadable_entry,
)
from touchline.games.foreign_files import holdings
from touchline.games.game_files import open_game_files, refuse_one_for_many
from touchline.games.task import Task
from touchline.games.types import NO_TEAM, Label

_REQUIRED = ("gameTime", "position", "label")
_OPTIONAL = {"team": NO_TEAM, "visibility": "visible"}


def read_label_files(
    source: Path,
    task: Task,
    games: Iterable[str] | None = None,
    problems: ProblemLog | None = None,
) -> dict[str, list[Label]]:
    """The labels of every game, in the order of the files.

    Unlike `read_labels`, class names are kept as they are and nothing is sorted, because
    the official figures depend on both.

    Args:
        source: a folder or zip of league/season/game/<file>.
        task: its label file and its classes.
        games: ids of the games to read; None for all that have the file.
        problems: collects the problems; None raises at the first.

    Returns:
        Labels by game id.

    Raises:
        UserError: there are no labels, or there is a problem that `problems` does not tolerate.
    """
    log = ProblemLog() if problems is None else problems
    known = _KnownLabels(task)

    def check(label: Label) -> Sequence[Problem]:
        return event_problems(label, known, task)

    def read_all(entries: Sequence[Any]) -> list[Label] | None:
        return _valid_labels(entries, known, task.halves)

    rules = EntryRules(
        "annotations",
        task.label_file,
        f"labels {source}",
        "game without labels",
        parse_label_entry,
        check,
        read_all,
    )
    with open_game_files(source) as files, pause_garbage_collection():
        present = files.games(task.label_file)
        if not present:
            raise UserError(
                f"{source} contains no {task.label_file}{holdings(files, task.label_file)}."
            )
        ids = present if games is None else list(games)
        refuse_one_for_many(source, present, ids)
        found = {}
        for game in ids:
            labels = read_game(files, game, log, rules)
            if labels is not None:
                found[game] = labels
    return found


class _KnownLabels:
    """The labels that belong to a class of the task; each is searched for once."""

    def __init__(self, task: Task) -> None:
        self._task = task
        self._known: dict[object, bool] = {}

    def __contains__(self, label: object) -> bool:
        if label not in self._known:
            self._known[label] = self._task.truth_class(str(label)) >= 0
        return self._known[label]


def _valid_labels(
    entries: Sequence[Any], known: Container[str], last_half: int
) -> list[Label] | None:
    """What `parse_label_entry` makes of all entries, column by column; None where one of them is no
    label, not a valid one, or has no position but its clock.
    """
    try:
        clocks, positions, labels, teams, seen = columns(entries, _REQUIRED, _OPTIONAL)
        halves = _halves(clocks)
        positions_ms = list(map(int, positions))
        visible = [one != "not shown" for one in seen]
        if not are_valid(halves, positions_ms, labels, known, last_half):
            return None
    except (AttributeError, KeyError, TypeError, ValueError, OverflowError):
        return None
    if not set(map(type, teams)) <= {str}:
        return None
    rows = zip(halves, positions_ms, labels, teams, visible, strict=True)
    # As Label._make, without a call in Python for each of them.
    return list(map(tuple.__new__, repeat(Label), rows))


def parse_label_entry(entry: Any) -> Label:
    """The label of an entry of `annotations`, as the official evaluator reads it.

    Raises:
        UnreadableEntryError: it is not a label.
    """
    try:
        text, label = entry["gameTime"], entry["label"]
        team = entry.get("team", "not applicable")
        if not (isinstance(text, str) and isinstance(label, str) and isinstance(team, str)):
            raise unreadable_entry(entry, {"gameTime": str, "label": str, "team": str})
        half, clock_ms = _game_time(text)
        position_ms = check_position(int(entry["position"])) if "position" in entry else clock_ms
        return Label(half, position_ms, label, team, entry.get("visibility") != "not shown")
    except UnreadableEntryError:
        raise
    except (AttributeError, KeyError, TypeError, ValueError, OverflowError):
        kinds = {"gameTime": str, "label": str, "position": int}
        raise unreadable_entry(entry, kinds) from None


def _halves(clocks: Sequence[Any]) -> list[int]:
    """The half of each "H - MM:SS".

    Raises:
        UnreadableEntryError: one is of another form.
    """
    # All at once where they are of the usual length: one by one takes six times as long.
    if _CLOCKS.fullmatch(text := "\n".join(clocks)):
        return list(map(int, text[:: len("H - MM:SS\n")]))
    return [_game_time(clock)[0] for clock in clocks]


_CLOCKS = re.compile(r"[0-9] - [0-9]{2}:[0-9]{2}(\n[0-9] - [0-9]{2}:[0-9]{2})*+")


def _game_time(text: str) -> tuple[int, int]:
    """Half and milliseconds of "H - MM:SS", from the same characters that the evaluator reads."""
    try:
        return int(text[:1]), (int(text[-5:-3]) * 60 + int(text[-2:])) * 1000
    except ValueError:
        raise UnreadableEntryError(f"'gameTime' is {text!r}, not like '1 - 12:34'") from None
