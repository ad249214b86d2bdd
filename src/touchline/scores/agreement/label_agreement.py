"""How far two annotators agree about the same games: what the best possible model can reach."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from touchline.games import SOCCERNET_V2, Label, Task
from touchline.scores.defaults import TOLERANCE_S
from touchline.scores.events.event_columns import Bools, Games, Ints
from touchline.scores.official.evaluator import official_scores
from touchline.spots import Spot

NOTHING = -1
"""The code of an annotator who marked no event where the other marked one."""

Labels = Mapping[str, Sequence[Label]]


@dataclass(frozen=True, slots=True)
class ClassAgreement:
    """One class, or all.

    Attributes:
        first: events of the first annotator.
        second: events of the second.
        both: events that both marked, with this class.
        f1: 2 both / (first + second), from 0 to 1; None where neither marked one.
    """

    first: int
    second: int
    both: int
    f1: float | None


@dataclass(frozen=True, slots=True)
class Agreement:
    """How far two annotators agree.

    Attributes:
        games: how many both annotated.
        tolerance_s: full width of the window in which two events are one.
        overall: all classes.
        per_class: classes that either marked.
        class_share: of the events that both marked, the share that both gave the same class; None
            where there is no such event.
        alpha: Krippendorff's alpha over all events of either, where marking nothing is a value
            too; None where it is undefined (all values alike).
        class_alpha: the same over the events that both marked.
        median_ms: median distance in time of events that both gave the same class; None without.
        bias_ms: their mean, second less first.
        loose: loose average-mAP of the one's labels scored against the other's, the mean of both
            directions, from 0 to 1.
        tight: tight average-mAP likewise.
    """

    games: int
    tolerance_s: float
    overall: ClassAgreement
    per_class: dict[str, ClassAgreement]
    class_share: float | None
    alpha: float | None
    class_alpha: float | None
    median_ms: float | None
    bias_ms: float | None
    loose: float
    tight: float

    def to_json(self) -> dict[str, Any]:
        """As plain dictionaries."""
        return asdict(self)


def annotator_agreement(
    first: Labels, second: Labels, task: Task = SOCCERNET_V2, tolerance_s: float = TOLERANCE_S
) -> Agreement:
    """Agreement of two annotators on the games that both annotated.

    Two events are one where they are within the tolerance in the same half: nearest pairs first,
    those of one class before those of two. An event of one annotator alone is a pair with nothing.

    Args:
        first: labels by game.
        second: likewise.
        task: the classes.
        tolerance_s: full width in seconds.
    """
    common = [game for game in first if game in second]
    pairs = [
        pair for game in common for pair in _pairs(first[game], second[game], tolerance_s * 500)
    ]
    codes = np.array(
        [[_code(one, task), _code(other, task)] for one, other in pairs], dtype=np.int64
    ).reshape(-1, 2)
    seen = (codes != NOTHING).all(axis=1)
    same = seen & (codes[:, 0] == codes[:, 1])
    shifts = np.array(
        [
            other.position_ms - one.position_ms
            for (one, other), is_same in zip(pairs, same, strict=True)
            if is_same and one is not None and other is not None
        ]
    )
    maps = [
        official_scores(_scored(truth, other, common), task, ("loose", "tight"))
        for truth, other in ((first, second), (second, first))
    ]
    return Agreement(
        len(common),
        tolerance_s,
        _counts(codes != NOTHING, same),
        {
            name: _counts(codes == i, same & (codes[:, 0] == i))
            for i, name in enumerate(task.classes)
            if (codes == i).any()
        },
        float(same.sum() / seen.sum()) if seen.any() else None,
        krippendorff_alpha(codes),
        krippendorff_alpha(codes[seen]),
        float(np.median(np.abs(shifts))) if len(shifts) else None,
        float(shifts.mean()) if len(shifts) else None,
        float(np.mean([one.loose.a_map for one in maps])),
        float(np.mean([one.tight.a_map for one in maps])),
    )


def krippendorff_alpha(codes: Ints) -> float | None:
    """Krippendorff's alpha of two annotators for nominal data without missing values.

    1 - observed / expected disagreement, the latter over all values of both (Krippendorff,
    Computing Krippendorff's Alpha-Reliability, 2011).

    Args:
        codes: what each annotator made of each unit; shape (n, 2).

    Returns:
        1 for full agreement, 0 for what chance would give; None where fewer than two values occur.

    Example:
        >>> krippendorff_alpha(np.array([[0, 0], [1, 1], [1, 1]]))
        1.0
    """
    values, counts = np.unique(codes, return_counts=True)
    total = int(counts.sum())
    if len(values) < 2:
        return None
    observed = float((codes[:, 0] != codes[:, 1]).mean())
    expected = 1 - float((counts * (counts - 1)).sum()) / (total * (total - 1))
    return 1 - observed / expected


def _pairs(
    first: Sequence[Label], second: Sequence[Label], reach_ms: float
) -> Iterable[tuple[Label | None, Label | None]]:
    near = sorted(
        (one.label != other.label, abs(one.position_ms - other.position_ms), i, j)
        for i, one in enumerate(first)
        for j, other in enumerate(second)
        if one.half == other.half and abs(one.position_ms - other.position_ms) <= reach_ms
    )
    left, right = set(range(len(first))), set(range(len(second)))
    for _, _, i, j in near:
        if i in left and j in right:
            left.remove(i)
            right.remove(j)
            yield first[i], second[j]
    yield from ((first[i], None) for i in sorted(left))
    yield from ((None, second[j]) for j in sorted(right))


def _code(label: Label | None, task: Task) -> int:
    return NOTHING if label is None else task.truth_class(label.label)


def _counts(marked: Bools, both: Bools) -> ClassAgreement:
    first, second = (int(column.sum()) for column in marked.T)
    agreed = int(both.sum())
    f1 = 2 * agreed / (first + second) if first + second else None
    return ClassAgreement(first, second, agreed, f1)


def _scored(truth: Labels, other: Labels, games: Sequence[str]) -> Games:
    """One annotator's labels as spots, all equally sure, against the other's."""
    return {
        game: (
            truth[game],
            [Spot(one.half, one.position_ms, one.label, one.team, 1.0) for one in other[game]],
        )
        for game in games
    }
