"""Reading many games' labels as the official evaluator sees them, from a folder or a zip."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from touchline.errors import UserError
from touchline.games.entries import (
    Complaint,
    Problems,
    Unreadable,
    event_complaints,
    many_objects,
    placed,
    read_entries,
    unreadable,
)
from touchline.games.game_files import open_tree
from touchline.games.task import SOCCERNET_V2, Task
from touchline.games.types import Label


def read_label_files(
    source: Path,
    task: Task = SOCCERNET_V2,
    games: Iterable[str] | None = None,
    problems: Problems | None = None,
) -> dict[str, list[Label]]:
    """The labels of every game, in the order of the files.

    Unlike `read_labels`, class names are taken exactly as they stand and nothing is sorted,
    because the official figures depend on both.

    Args:
        source: a folder or zip of league/season/game/<file>.
        task: gives the file's name and the classes.
        games: ids of the games wanted; None for all that have the file.
        problems: takes what is wrong; None raises at the first.

    Returns:
        Labels by game id.

    Raises:
        UserError: nothing there, or something wrong that `problems` does not tolerate.
    """
    noted = Problems() if problems is None else problems
    known = _KnownLabels(task)

    def complaints(label: Label) -> Sequence[Complaint]:
        return event_complaints(label, known, task)

    with open_tree(source) as tree, many_objects():
        wanted = tree.games(task.label_file) if games is None else list(games)
        if not wanted:
            raise UserError(f"{source} holds no {task.label_file}.")
        found = {}
        for game in wanted:
            where = f"labels {source}: {game}/{task.label_file}"
            try:
                text = tree.read(game, task.label_file)
            except KeyError:
                noted.add("game without labels", f"{where} is missing")
                continue
            labels = read_entries(text, "annotations", where, noted, _label, complaints)
            if labels is not None:
                found[game] = labels
    return found


class _KnownLabels:
    """The labels that belong to a class of the task; each is looked up once."""

    def __init__(self, task: Task) -> None:
        self._task = task
        self._known: dict[object, bool] = {}

    def __contains__(self, label: object) -> bool:
        if label not in self._known:
            self._known[label] = self._task.truth_class(str(label)) >= 0
        return self._known[label]


def _label(entry: Any) -> Label:
    try:
        text, label = entry["gameTime"], entry["label"]
        team = entry.get("team", "not applicable")
        if not (isinstance(text, str) and isinstance(label, str) and isinstance(team, str)):
            raise unreadable(entry, {"gameTime": str, "label": str, "team": str})
        half, clock_ms = _game_time(text)
        position_ms = placed(int(entry["position"])) if "position" in entry else clock_ms
        return Label(half, position_ms, label, team, entry.get("visibility") != "not shown")
    except Unreadable:
        raise
    except (AttributeError, KeyError, TypeError, ValueError, OverflowError):
        kinds = {"gameTime": str, "label": str, "position": int}
        raise unreadable(entry, kinds) from None


def _game_time(text: str) -> tuple[int, int]:
    """Half and milliseconds of "H - MM:SS", from the same characters that the evaluator reads."""
    try:
        return int(text[:1]), (int(text[-5:-3]) * 60 + int(text[-2:])) * 1000
    except ValueError:
        raise Unreadable(f"'gameTime' is {text!r}, not like '1 - 12:34'") from None
