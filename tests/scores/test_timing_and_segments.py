"""Time errors, and temporal IoU of widened points."""

import pytest

from touchline.games import Label
from touchline.scores import align_events, segment_scores, time_errors
from touchline.spots.types import Spot


def test_bias_and_spread() -> None:
    labels = [Label(1, t, "Goal") for t in (10_000, 100_000, 200_000)]
    spots = [
        Spot(1, t, "Goal", None, c)
        for t, c in ((11_000, 0.5), (103_000, 0.5), (202_000, 0.5), (190_000, 0.9))
    ]
    timing = time_errors(align_events({"game": (labels, spots)}), 60)
    # The nearest spot is the pair, though a surer one is in reach.
    assert timing.overall.matched == 3
    assert timing.overall.bias_ms == 2000
    assert timing.per_class["Goal"].spread_ms == pytest.approx(816.5, abs=0.1)
    assert timing.per_class["Foul"].bias_ms is None
    assert sum(timing.counts) == 3
    assert (timing.edges_ms[0], timing.edges_ms[-1]) == (-30_000, 30_000)


@pytest.mark.parametrize(
    ("error_ms", "reached"),
    [(0, 1.0), (3333, 0.5), (3334, 0.45), (5385, 0.3), (9999, 0.0)],
)
def test_iou_of_two_segments_of_ten_seconds(error_ms: int, reached: float) -> None:
    # IoU = (w - d) / (w + d): 3,333 ms apart is 0.5, 5,384 ms is 0.3.
    labels = [Label(1, 60_000, "Goal")]
    spots = [Spot(1, 60_000 + error_ms, "Goal", None, 0.9)]
    result = segment_scores(align_events({"game": (labels, spots)}), 10)
    passed = [
        threshold
        for threshold, value in {**result.thumos, **result.activitynet}.items()
        if value > 0
    ]
    iou = (10_000 - error_ms) / (10_000 + error_ms)
    assert all(threshold <= iou + 1e-4 for threshold in passed)
    assert (0.5 in passed) == (reached >= 0.5)
    assert (0.95 in passed) == (reached == 1.0)
