"""Labels corrected by hand: a new file in the run; neither the data nor older files change."""

import glob
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from touchline.errors import UserError
from touchline.files import whole_file
from touchline.games import Label, Task, labels_text, parse_labels, read_labels
from touchline.view.viewed_run import ViewedRun

_KEYS = {"half", "position_ms", "label", "team", "visible"}


class StaleLabels(Exception):  # noqa: N818  (nothing is wrong: another page saved first)
    """The labels were saved elsewhere after they were read here."""


@dataclass(frozen=True, slots=True)
class HandLabels:
    """The current labels of one game.

    Attributes:
        version: how often they were saved; 0 for the labels of the data.
        labels: in time order.
        file: where they are or will be saved.
    """

    version: int
    labels: tuple[Label, ...]
    file: Path

    def to_json(self) -> dict[str, Any]:
        """As plain values."""
        labels = [label._asdict() for label in self.labels]
        return {"version": self.version, "labels": labels, "file": str(self.file)}


def current_labels(run: ViewedRun, game: str) -> HandLabels:
    """The labels that were saved last, else those of the data.

    Raises:
        UserError: the saved file was damaged.
    """
    file = _file(run, game)
    if file.is_file():
        return HandLabels(1 + len(_older(file)), read_labels(file, run.plan.task), file)
    return HandLabels(0, run.labels.get(game, ()), file)


def save_labels(run: ViewedRun, game: str, version: object, entries: object) -> HandLabels:
    """Saves labels in the run's folder, such as `labels/<game>/Labels-v2.json`.

    What was saved before stays beside it as `Labels-v2.1.json`, `Labels-v2.2.json` and so on.

    Args:
        run: the run.
        game: id of one of its games.
        version: of the labels that these were made from.
        entries: a list of objects with half, position_ms, label, team and visible.

    Raises:
        UserError: an entry is not a label of this game.
        StaleLabels: they were saved elsewhere in between.
    """
    before = current_labels(run, game)
    if version != before.version:
        raise StaleLabels
    labels = _checked(run, game, entries)
    text = labels_text(game, labels)
    if set(parse_labels(text, run.plan.task, str(before.file))) != set(labels):
        raise UserError("these labels would not be read back unchanged.")
    older = before.file.with_stem(f"{before.file.stem}.{before.version}")
    try:  # of several that save at once, one is first: to make the file, or to set the old one by
        if before.version:
            os.link(before.file, older)
        with whole_file(before.file, new=not before.version) as file:
            file.write(text.encode())
    except FileExistsError:
        raise StaleLabels from None
    return current_labels(run, game)


def _file(run: ViewedRun, game: str) -> Path:
    folder = run.hand_labels.resolve()
    file = (folder / game / run.plan.task.label_file).resolve()
    if not file.is_relative_to(folder):
        raise UserError(f"game id '{game}' points outside the run's folder.")
    return file


def _older(file: Path) -> list[Path]:
    return list(file.parent.glob(f"{glob.escape(file.stem)}.*{glob.escape(file.suffix)}"))


def _checked(run: ViewedRun, game: str, entries: object) -> list[Label]:
    if not isinstance(entries, list):
        raise UserError("labels must be a list.")
    lengths = {one.half.number: one.length_ms for one in run.halves if one.half.game == game}
    task = run.plan.task
    labels = [_label(entry, number, lengths, task) for number, entry in enumerate(entries, start=1)]
    return sorted(set(labels), key=lambda label: (label.half, label.position_ms, label.label))


def _label(entry: Any, number: int, lengths: dict[int, int], task: Task) -> Label:
    """Types and places are checked here; classes and teams when the file's text is parsed."""
    sound = (
        isinstance(entry, dict)
        and entry.keys() == _KEYS
        and all(type(entry[key]) is int for key in ("half", "position_ms"))
        and all(isinstance(entry[key], str) for key in ("label", "team"))
        and isinstance(entry["visible"], bool)
    )
    if not sound:
        raise UserError(f"label {number} must have {', '.join(sorted(_KEYS))}, each of its type.")
    label = Label(**entry)
    if label.label not in task.classes:
        raise UserError(f"label {number}: '{label.label[:60]}' is not a class.")
    if label.position_ms > lengths.get(label.half, label.position_ms):
        raise UserError(f"label {number} is past the end of half {label.half}.")
    return label
