"""The official SoccerNet action-spotting figures, as the package `SoccerNet` computes them."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from touchline.errors import UserError
from touchline.games import SOCCERNET_V2, Task
from touchline.scores.events.event_columns import (
    Bools,
    Columns,
    Events,
    Floats,
    Games,
    Ints,
    on_grid,
    raw_events,
)
from touchline.scores.events.matching import NO_TRUTH, Matches, match_by_confidence, nearest_truth
from touchline.scores.official.average_precision import (
    BINS,
    at_least,
    average_precision,
    confidence_bins,
)
from touchline.scores.official.quirks import ABSENT, Quirk, find_quirks

OFFICIAL_METRICS: dict[str, tuple[int, ...]] = {
    "loose": tuple(range(5, 65, 5)),
    "tight": (1, 2, 3, 4, 5),
    "at1": (1,),
    "at2": (2,),
    "at3": (3,),
    "at4": (4,),
    "at5": (5,),
}
"""Each metric's tolerances in seconds; a tolerance of d reaches d/2 to either side."""


UNSHOWN_SCALE = 17 / 13
"""Four classes of SoccerNet-v2 are never unshown; the evaluator compensates for them like this."""


@dataclass(frozen=True, slots=True)
class Averages:
    """One metric's six official outputs; figures from 0 to 1, classes in the task's order.

    The four about visibility are None where the task does not tell visible from unshown. The
    evaluator multiplies `unshown` by 17/13 for loose and tight, so a perfect at1 shows 13/17.
    """

    a_map: float
    per_class: tuple[float, ...]
    visible: float | None
    per_class_visible: tuple[float, ...] | None
    unshown: float | None
    per_class_unshown: tuple[float, ...] | None

    def to_json(self) -> dict[str, Any]:
        """The outputs by the names that the package gives them."""
        return {
            "a_mAP": self.a_map,
            "a_mAP_per_class": _listed(self.per_class),
            "a_mAP_visible": self.visible,
            "a_mAP_per_class_visible": _listed(self.per_class_visible),
            "a_mAP_unshown": self.unshown,
            "a_mAP_per_class_unshown": _listed(self.per_class_unshown),
        }


@dataclass(frozen=True, slots=True)
class OfficialScores:
    """The official figures of one set of spots.

    Attributes:
        task: what was scored.
        metrics: the figures by metric: "loose", "tight", "at1" to "at5".
        quirks: where quirks of the evaluator changed what was counted.
    """

    task: Task
    metrics: dict[str, Averages]
    quirks: tuple[Quirk, ...]

    @property
    def loose(self) -> Averages:
        """Tolerances of 5 to 60 s."""
        return self.metrics["loose"]

    @property
    def tight(self) -> Averages:
        """Tolerances of 1 to 5 s."""
        return self.metrics["tight"]

    @property
    def absent_classes(self) -> str:
        """What classes without any truth mean for the figures; "" where every class has one."""
        return next((quirk.sentence for quirk in self.quirks if quirk.kind == ABSENT), "")

    def to_json(self) -> dict[str, Any]:
        """Every metric by name, then the classes and the quirks."""
        return {name: averages.to_json() for name, averages in self.metrics.items()} | {
            "classes": list(self.task.classes),
            "quirks": [quirk.to_json() for quirk in self.quirks],
        }


def official_scores(
    games: Games,
    task: Task = SOCCERNET_V2,
    metrics: Sequence[str] = tuple(OFFICIAL_METRICS),
    columns: Columns | None = None,
) -> OfficialScores:
    """The figures that the package `SoccerNet` gives for these games.

    Args:
        games: labels and spots of each game, in the order of the files: of two spots in one
            frame the later counts. Any int is allowed as half and position, any float as
            confidence, any text as label; what the evaluator makes of them is counted in
            `OfficialScores.quirks`.
        task: classes, frame rate and rules.
        metrics: which of `OFFICIAL_METRICS`; all by default.
        columns: `raw_events` of the games, where they are known.

    Returns:
        The figures, equal to the package's to rounding of the last digits.

    Raises:
        UserError: for an unknown metric and for what the package crashes on.

    Source: Giancola et al., SoccerNet (2018); Deliege et al., SoccerNet-v2 (2021); the package's
    `SoccerNet.Evaluation.ActionSpotting` in version 0.2.0 is what is reproduced.
    """
    raw_truth, raw_claim = columns or raw_events(games, task)
    ids = list(games)
    truths, claims = on_grid(raw_truth, task, ids), on_grid(raw_claim, task, ids)
    merged = (
        int(raw_truth.scored.sum()) - len(truths.group),
        int(raw_claim.scored.sum()) - len(claims.group),
    )
    return OfficialScores(
        task,
        averages(truths, claims.only(claims.value >= 0), task, metrics),
        find_quirks(raw_truth, raw_claim, merged, task),
    )


def grid_events(games: Games, task: Task, columns: Columns | None = None) -> tuple[Events, Events]:
    """Truths and claims on the evaluator's grid, claims without a confidence left out.

    `columns` are `raw_events` of the games, where they are known.
    """
    ids = list(games)
    raw_truth, raw_claim = columns or raw_events(games, task)
    claims = on_grid(raw_claim, task, ids)
    return on_grid(raw_truth, task, ids), claims.only(claims.value >= 0)


def averages(
    truths: Events, claims: Events, task: Task, metrics: Sequence[str], visibility: bool = True
) -> dict[str, Averages]:
    """The official outputs of events on the grid, by metric.

    Args:
        truths: of all games.
        claims: likewise.
        task: classes and rules.
        metrics: which of `OFFICIAL_METRICS`.
        visibility: also visible and unshown truths apart, where the task tells them apart.

    Raises:
        UserError: an unknown metric.
    """
    if unknown := [name for name in metrics if name not in OFFICIAL_METRICS]:
        raise UserError(
            f"unknown metric {unknown[0]!r}: choose one of {', '.join(OFFICIAL_METRICS)}."
        )
    tolerances = tolerances_of(metrics)
    matches = match_by_confidence(truths, claims, radii_of(tolerances, task))
    parts = len(_PARTS) if visibility and task.visibility else 1
    precisions = class_precisions(truths, claims, matches, parts)
    rows = {name: [tolerances.index(d) for d in OFFICIAL_METRICS[name]] for name in metrics}
    return {name: _averages(rows[name], precisions) for name in metrics}


def own_average_map(games: Games, task: Task, tolerances_s: Sequence[float]) -> float:
    """Average-mAP over tolerances of one's own, by the official rules.

    Args:
        games: labels and spots by game id.
        task: classes, frame rate and rules.
        tolerances_s: full widths in seconds, ascending; their mean is by the trapezoid rule.
    """
    truths, claims = grid_events(games, task)
    matches = match_by_confidence(truths, claims, radii_of(tolerances_s, task))
    maps = class_precisions(truths, claims, matches, 1).mean(axis=2)
    return float(mean_height(maps)[0])


def tolerances_of(metrics: Sequence[str]) -> list[int]:
    """The tolerances in seconds that these metrics need, each once."""
    return sorted({d for name in metrics for d in OFFICIAL_METRICS[name]})


def radii_of(tolerances_s: Sequence[float], task: Task) -> Ints:
    """Reach in frames to either side of a truth: half the tolerance, rounded down."""
    return np.array([int(d * task.fps / 2) for d in tolerances_s], dtype=np.int64)


_PARTS = (None, 1.0, -1.0)
"""All truths, and the values of the visible and of the unshown."""


def class_precisions(
    truths: Events, claims: Events, matches: Matches, parts: int = len(_PARTS)
) -> Floats:
    """Average precision of each class at each radius.

    Args:
        truths: all truths.
        claims: m claims, those of negative confidence already dropped.
        matches: shape (r, m), as `match_by_confidence` gives them.
        parts: 3 for all truths, the visible and the unshown; 1 for all truths only.

    Returns:
        Shape (parts, r, classes).
    """
    result = np.empty((parts, len(matches), claims.classes))
    bins = _Bins(claims, matches)
    result[0] = bins.precisions(truths.class_index, None)
    if parts == 1:
        return result
    near = nearest_truth(truths, claims)
    # A claim without a truth of its class in that half counts as unshown.
    sign = np.where(near == NO_TRUTH, -1.0, truths.value[near]) if len(truths.value) else near
    for i, wanted in enumerate(_PARTS[1:], 1):
        # Not np.isin, which imports all of numpy.ma: as long as the rest of this function takes.
        result[i] = bins.precisions(truths.class_index[truths.value == wanted], sign == wanted)
    return result


class _Bins:
    """Claims by class and confidence bin, and those of them that are matched at each radius."""

    def __init__(self, claims: Events, matches: Matches) -> None:
        self._classes, self._radii = claims.classes, len(matches)
        self._cell = claims.class_index * BINS + confidence_bins(claims.value)
        radius, self._claim = np.nonzero(matches != NO_TRUTH)
        self._matched = radius * (self._classes * BINS) + self._cell[self._claim]

    def precisions(self, truth_classes: Ints, part: Bools | None) -> Floats:
        """Average precision of each class at each radius, shape (r, classes).

        Args:
            truth_classes: the class of each truth that counts.
            part: which claims count; None for all.
        """
        made, true = self._cell, self._matched
        if part is not None:
            made, true = made[part], true[part[self._claim]]
        truths = np.bincount(truth_classes, minlength=self._classes)
        return average_precision(
            at_least(self._counts(true, self._radii)),
            at_least(self._counts(made, 1)[0]),
            truths.astype(np.float64),
        )

    def _counts(self, cells: Ints, radii: int) -> Ints:
        shape = (radii, self._classes, BINS)
        return np.bincount(cells, minlength=math.prod(shape)).reshape(shape)


def _averages(rows: list[int], precisions: Floats) -> Averages:
    chosen = precisions[:, rows]
    overall = mean_height(chosen.mean(axis=-1)).tolist()
    classes = [tuple(row) for row in mean_height(chosen).tolist()]
    if len(overall) == 1:
        return Averages(overall[0], classes[0], None, None, None, None)
    scale = UNSHOWN_SCALE if len(rows) > 1 else 1.0
    return Averages(overall[0], classes[0], overall[1], classes[1], overall[2] * scale, classes[2])


def mean_height(values: Floats) -> Floats:
    """Mean height over axis 1 of a curve over the tolerances, by the trapezoid rule."""
    if values.shape[1] == 1:
        return values[:, 0]
    height: Floats = ((values[:, :-1] + values[:, 1:]) / 2).sum(axis=1) / (values.shape[1] - 1)
    return height


def _listed(values: tuple[float, ...] | None) -> list[float] | None:
    return None if values is None else list(values)
