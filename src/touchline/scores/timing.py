"""Time errors of the spots."""

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from touchline.scores.events.event_columns import Ints
from touchline.scores.events.event_table import EventTable
from touchline.scores.events.matching import NO_TRUTH


@dataclass(frozen=True, slots=True)
class TimeError:
    """Signed time errors, spot minus truth, of the matched spots of a class; in milliseconds.

    Attributes:
        matched: how many there are; without any, all others are None.
        bias_ms: mean error; above 0 the spots are late.
        median_ms: median error.
        spread_ms: standard deviation.
        absolute_ms: mean of the errors without their sign.
        low_ms: 5th percentile.
        high_ms: 95th percentile.
    """

    matched: int
    bias_ms: float | None = None
    median_ms: float | None = None
    spread_ms: float | None = None
    absolute_ms: float | None = None
    low_ms: float | None = None
    high_ms: float | None = None

    @classmethod
    def of(cls, errors_ms: Ints) -> "TimeError":
        """The figures of some errors."""
        if not len(errors_ms):
            return cls(0)
        low, median, high = np.percentile(errors_ms, [5, 50, 95]).tolist()
        return cls(
            len(errors_ms),
            float(errors_ms.mean()),
            median,
            float(errors_ms.std()),
            float(np.abs(errors_ms).mean()),
            low,
            high,
        )


@dataclass(frozen=True, slots=True)
class Timing:
    """Time errors of matched spots.

    Attributes:
        tolerance_s: full width of the window in which a spot was matched.
        overall: of all classes.
        per_class: by class.
        edges_ms: edges of a histogram of all errors, one more than `counts`.
        counts: errors in each of its bins.
    """

    tolerance_s: float
    overall: TimeError
    per_class: dict[str, TimeError]
    edges_ms: tuple[int, ...]
    counts: tuple[int, ...]

    def to_json(self) -> dict[str, Any]:
        """As plain dictionaries."""
        return asdict(self)


def time_errors(table: EventTable, tolerance_s: float = 60.0, bins: int = 60) -> Timing:
    """Bias and spread of the time of matched spots.

    Spots and truths are paired nearest first here, whatever the confidence: the official rule
    prefers confident and early spots, which would show up as a bias. With many spots per class,
    more pairs arise by chance as the tolerance grows, so read the errors beside the
    precision.

    Args:
        table: the games.
        tolerance_s: full width of the window in which spots are paired.
        bins: bins of the histogram.
    """
    matches = table.nearest_matches(tolerance_s)
    hit = matches != NO_TRUTH
    errors = table.claims.time[hit] - table.truths.time[matches[hit]]
    of_class = table.claims.class_index[hit]
    reach = tolerance_s * 500
    edges = np.linspace(-reach, reach, bins + 1).round().astype(np.int64)
    counts, _ = np.histogram(errors, edges)
    return Timing(
        tolerance_s,
        TimeError.of(errors),
        {name: TimeError.of(errors[of_class == i]) for i, name in enumerate(table.task.classes)},
        tuple(edges.tolist()),
        tuple(counts.tolist()),
    )
