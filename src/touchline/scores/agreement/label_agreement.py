"""How far two annotators agree about the same games: what the best possible model can reach."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from touchline.games import SOCCERNET_V2, Label, Task
from touchline.scores.defaults import TOLERANCE_S
from touchline.scores.events.event_columns import Bools, Games, Ints
from touchline.scores.events.event_table import EventTable, align_events
from touchline.scores.events.matching import NO_TRUTH
from touchline.scores.events.pairing import pair_across_classes
from touchline.scores.official.evaluator import official_scores
from touchline.scores.official.quirks import absent_sentence
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
        absent_classes: what classes that neither marked mean for both, in words; "" without one.
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
    absent_classes: str

    def to_json(self) -> dict[str, Any]:
        """As plain dictionaries."""
        return asdict(self)


def annotator_agreement(
    first: Labels, second: Labels, task: Task = SOCCERNET_V2, tolerance_s: float = TOLERANCE_S
) -> Agreement:
    """Agreement of two annotators on the games that both annotated.

    Two events are one where they are within the tolerance in the same half: nearest pairs first,
    those of one class before those of two. An event of one annotator alone is a pair with nothing.
    Confusions are counted over the same pairs.

    Args:
        first: labels by game.
        second: likewise.
        task: the classes.
        tolerance_s: full width in seconds.
    """
    common = [game for game in first if game in second]
    table = align_events(_scored(first, second, common, task), task)
    codes, shifts_ms = _paired(table, tolerance_s)
    seen = (codes != NOTHING).all(axis=1)
    marked = np.unique(codes[codes != NOTHING])
    same = seen & (codes[:, 0] == codes[:, 1])
    shifts = shifts_ms[same]
    maps = [
        official_scores(_scored(truth, other, common, task), task, ("loose", "tight"))
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
        absent_sentence(len(task.classes) - len(marked), len(task.classes)),
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


def _paired(table: EventTable, tolerance_s: float) -> tuple[Ints, Ints]:
    """The class that each annotator gave each event, shape (n, 2), and the second's time less the
    first's in ms, which means nothing where one of them marked no event.
    """
    truths, claims = table.truths, table.claims
    pairs = pair_across_classes(table, tolerance_s)
    paired = np.flatnonzero(pairs != NO_TRUTH)
    with_claim = pairs[paired]
    alone = np.setdiff1d(np.arange(len(truths.group)), with_claim)
    more = np.flatnonzero(pairs == NO_TRUTH)
    nothing = (np.full(len(alone), NOTHING), np.full(len(more), NOTHING))
    first = np.concatenate([truths.class_index[with_claim], truths.class_index[alone], nothing[1]])
    second = np.concatenate([claims.class_index[paired], nothing[0], claims.class_index[more]])
    shifts = np.zeros(len(first), dtype=np.int64)
    shifts[: len(paired)] = claims.time[paired] - truths.time[with_claim]
    return np.stack([first, second], axis=1), shifts


def _counts(marked: Bools, both: Bools) -> ClassAgreement:
    first, second = (int(column.sum()) for column in marked.T)
    agreed = int(both.sum())
    f1 = 2 * agreed / (first + second) if first + second else None
    return ClassAgreement(first, second, agreed, f1)


def _scored(truth: Labels, other: Labels, games: Sequence[str], task: Task) -> Games:
    """One annotator's labels as spots, all equally sure, against the other's."""
    return {game: (truth[game], [_spot(one, task) for one in other[game]]) for game in games}


def _spot(label: Label, task: Task) -> Spot:
    """A label as a spot, whose class is named exactly; a label of no class stays as it is."""
    index = task.truth_class(label.label)
    name = label.label if index < 0 else task.classes[index]
    return Spot(label.half, label.position_ms, name, label.team, 1.0)
