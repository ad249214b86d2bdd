"""Precision, recall and F1 on cases worked out by hand."""

from hypothesis import given, strategies as st

from touchline.games.types import Label
from touchline.scores import align_events, precision_recall_f1
from touchline.spots.types import Spot

LABELS = [Label(1, 10_000, "Goal"), Label(1, 60_000, "Goal"), Label(2, 10_000, "Foul")]
SPOTS = [
    Spot(1, 11_000, "Goal", None, 0.9),
    Spot(1, 12_000, "Goal", None, 0.5),
    Spot(2, 13_000, "Foul", None, 0.4),
    Spot(2, 70_000, "Corner", None, 0.4),
]


def test_counts_and_rates() -> None:
    result = precision_recall_f1({"game": (LABELS, SPOTS)}, tolerance_s=5)
    assert (result.micro.true_positives, result.micro.claims, result.micro.truths) == (1, 4, 3)
    assert result.micro.f1 == 2 / 7
    assert result.per_class["Goal"].precision == 0.5
    assert result.per_class["Goal"].recall == 0.5
    assert result.macro.precision == 0.25
    assert precision_recall_f1({"game": (LABELS, SPOTS)}, tolerance_s=6).micro.true_positives == 2


def test_min_confidence_drops_claims() -> None:
    result = precision_recall_f1({"game": (LABELS, SPOTS)}, min_confidence=0.6)
    assert result.micro.precision == 1.0
    assert result.micro.claims == 1


def test_each_duplicate_is_a_false_positive() -> None:
    twice = [Spot(1, 10_000, "Goal", None, 0.9)] * 2
    assert precision_recall_f1({"game": (LABELS, twice)}).micro.precision == 0.5


times = st.integers(0, 90_000)


@given(st.lists(times, max_size=8), st.lists(times, max_size=8), st.floats(0.5, 60))
def test_matching_is_one_to_one_and_in_reach(
    truths: list[int], claims: list[int], tolerance_s: float
) -> None:
    labels = [Label(1, t, "Goal") for t in truths]
    spots = [Spot(1, t, "Goal", None, (t % 7) / 7) for t in claims]
    aligned = align_events({"game": (labels, spots)})
    for matches in (aligned.matches(tolerance_s), aligned.nearest_matches(tolerance_s)):
        taken = matches[matches >= 0]
        assert len(set(taken.tolist())) == len(taken)
        distance = abs(aligned.truths.time[taken] - aligned.claims.time[matches >= 0])
        assert (distance <= round(tolerance_s * 500)).all()
        # A truth stays without a claim only where no free claim was in reach.
        for i in set(range(len(truths))) - set(taken.tolist()):
            free = aligned.claims.time[matches < 0]
            assert (abs(free - aligned.truths.time[i]) > round(tolerance_s * 500)).all()
