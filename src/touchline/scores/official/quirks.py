"""Quirks of the official evaluator: reproduced, and reported with their counts."""

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from touchline.games import Task
from touchline.scores.events.event_columns import Floats, Ints, RawEvents, frames_of

ABSENT = "classes without truth"
"""The kind of the quirk that classes without any truth are averaged in as 0."""


@dataclass(frozen=True, slots=True)
class Quirk:
    """One quirk of the evaluator that changed what was counted.

    Attributes:
        kind: a short name for programs.
        count: what it concerns: spots, labels or classes.
        sentence: what happened, for the user.
    """

    kind: str
    count: int
    sentence: str

    def to_json(self) -> dict[str, Any]:
        """As a plain dictionary."""
        return asdict(self)


def find_quirks(
    truths: RawEvents, claims: RawEvents, merged: tuple[int, int], task: Task
) -> tuple[Quirk, ...]:
    """The evaluator's quirks that changed something for these labels and spots.

    Args:
        truths: all labels.
        claims: all spots.
        merged: labels and spots whose cell of the grid a later one took.
        task: classes, frame rate and rules.
    """
    frame = f"in a frame of {1000 // task.fps} ms that a later one of the class shares"
    found = [
        _quirk("shared frame", "spot", merged[1], f"{frame}; the last in the file counts"),
        _quirk("merged truths", "label", merged[0], f"{frame}; they count as one"),
        *_confidences(claims.value[claims.scored]),
        *_places("spot", claims, task),
        *_places("label", truths, task),
        _absent(truths, task),
    ]
    return tuple(quirk for quirk in found if quirk.count)


def absent_sentence(absent: int, classes: int) -> str:
    """What classes without any truth mean for a mean over all classes; "" where there is none.

    Args:
        absent: how many have no truth.
        classes: of the task.

    >>> absent_sentence(3, 17)
    '3 of 17 classes do not occur in these games and count as 0: at most 82.35 is possible'
    """
    if not absent:
        return ""
    what = (
        "does not occur in these games and counts"
        if absent == 1
        else "do not occur in these games and count"
    )
    most = 100 * (classes - absent) / classes
    return f"{absent} of {classes} classes {what} as 0: at most {most:.2f} is possible"


def _absent(truths: RawEvents, task: Task) -> Quirk:
    present = np.count_nonzero(np.bincount(truths.class_index[truths.scored]))
    absent = len(task.classes) - int(present)
    return Quirk(ABSENT, absent, absent_sentence(absent, len(task.classes)))


def _confidences(confidence: Floats) -> list[Quirk]:
    highest = np.nanmax(confidence, initial=0.0)
    return [
        _quirk("confidence above 1", "spot", (confidence > 1).sum(),
               f"with confidence above 1 accepted (up to {highest:g})"),
        _quirk("confidence below 0", "spot", (confidence < 0).sum(),
               "with confidence below 0 dropped"),
        _quirk("no confidence", "spot", np.isnan(confidence).sum(),
               "with confidence NaN or null dropped"),
    ]  # fmt: skip


def _places(noun: str, raw: RawEvents, task: Task) -> list[Quirk]:
    minutes = task.frames // task.fps // 60
    position_ms = raw.position_ms[raw.scored]
    return [
        _quirk(f"{noun} before the half", noun, (frames_of(position_ms, task) < 0).sum(),
               f"before the half's start moved to its end, near minute {minutes}"),
        _quirk(f"{noun} past the end", noun, (position_ms >= minutes * 60_000).sum(),
               f"past minute {minutes} moved to the last frame"),
        _quirk(f"{noun} of unknown class", noun, (raw.class_index < 0).sum(),
               "of an unknown class dropped"),
        _quirk(f"{noun} in another half", noun, (raw.half == 0).sum(),
               f"in a half other than {task.half_numbers} dropped"),
    ]  # fmt: skip


def _quirk(kind: str, noun: str, count: int | Ints, rest: str) -> Quirk:
    number = int(count)
    plural = noun if number == 1 else f"{noun}s"
    return Quirk(kind, number, f"{number} {plural} {rest}")
