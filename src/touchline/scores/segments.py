"""Temporal IoU of points widened to segments: secondary, because the truth is points."""

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from touchline.scores.events.event_columns import Floats
from touchline.scores.events.event_table import EventTable
from touchline.scores.events.matching import match_by_confidence
from touchline.scores.official.evaluator import class_precisions

THUMOS = (0.3, 0.4, 0.5, 0.6, 0.7)
ACTIVITYNET = tuple(round(0.5 + 0.05 * step, 2) for step in range(10))


@dataclass(frozen=True, slots=True)
class SegmentScores:
    """Mean average precision at thresholds of temporal IoU, from 0 to 1.

    Attributes:
        width_s: length that every point is widened to.
        thumos: by threshold, 0.3 to 0.7.
        thumos_average: their mean.
        activitynet: by threshold, 0.5 to 0.95.
        activitynet_average: their mean.
    """

    width_s: float
    thumos: dict[float, float]
    thumos_average: float
    activitynet: dict[float, float]
    activitynet_average: float

    def to_json(self) -> dict[str, Any]:
        """As plain dictionaries."""
        return asdict(self)


def segment_scores(table: EventTable, width_s: float = 10.0) -> SegmentScores:
    """Mean AP of spots and truths, both widened to segments of one length around their point.

    Two segments of length w whose centres are d apart overlap with IoU = (w - d) / (w + d), so a
    threshold t is reached where d <= w (1 - t) / (1 + t). Matching and AP are the official ones
    at that distance; the mean is over all classes of the task. Thresholds as THUMOS'14 (Jiang et
    al. 2014) and ActivityNet (Caba Heilbron et al. 2015) set them.

    Args:
        table: the games.
        width_s: length of the segments, in seconds.
    """
    thresholds = sorted({*THUMOS, *ACTIVITYNET})
    radii = np.array([_reach_ms(width_s, threshold) for threshold in thresholds])
    matches = match_by_confidence(table.truths, table.claims, radii)
    maps: Floats = class_precisions(table.truths, table.claims, matches, 1)[0].mean(axis=1)
    by_threshold = dict(zip(thresholds, maps.tolist(), strict=True))
    thumos = {threshold: by_threshold[threshold] for threshold in THUMOS}
    activitynet = {threshold: by_threshold[threshold] for threshold in ACTIVITYNET}
    return SegmentScores(
        width_s,
        thumos,
        sum(thumos.values()) / len(thumos),
        activitynet,
        sum(activitynet.values()) / len(activitynet),
    )


def _reach_ms(width_s: float, threshold: float) -> int:
    # A hair more than the formula, so that a distance exactly on the threshold counts.
    return int(1000 * width_s * (1 - threshold) / (1 + threshold) + 1e-6)
