"""Two annotators of the same games."""

import numpy as np
import pytest

from touchline.games import Label
from touchline.report import agreement_grids
from touchline.scores import (
    align_events,
    annotator_agreement,
    class_confusion,
    krippendorff_alpha,
    official_scores,
)
from touchline.spots import Spot

MINUTE = 60_000


def coded(first: str, second: str) -> np.ndarray:
    return np.array([[ord(a), ord(b)] for a, b in zip(first, second, strict=True)], dtype=np.int64)


@pytest.mark.parametrize(
    ("first", "second", "alpha"),
    [
        # Both examples are those of Krippendorff (2011): binary and nominal data, no missing data.
        ("0100000010", "1110010000", 0.095),
        ("aabbdcccedda", "babbbcccedd" + "d", 0.692),
        ("abc", "abc", 1.0),
    ],
)
def test_alpha_is_krippendorffs(first: str, second: str, alpha: float) -> None:
    assert krippendorff_alpha(coded(first, second)) == pytest.approx(alpha, abs=5e-4)


def test_alpha_is_undefined_where_only_one_value_occurs() -> None:
    assert krippendorff_alpha(coded("aaa", "aaa")) is None
    assert krippendorff_alpha(np.zeros((0, 2), np.int64)) is None


FIRST = [
    Label(1, 1 * MINUTE, "Goal"),
    Label(1, 2 * MINUTE, "Foul"),
    Label(1, 3 * MINUTE, "Corner"),
    Label(2, 3 * MINUTE, "Corner"),
]
SECOND = [
    Label(1, 1 * MINUTE + 500, "Goal"),
    Label(1, 2 * MINUTE - 1000, "Offside"),
    Label(1, 3 * MINUTE + 9000, "Corner"),
]


def test_events_are_one_within_the_tolerance_and_the_half() -> None:
    found = annotator_agreement({"g": FIRST, "only here": []}, {"g": SECOND})
    assert found.games == 1
    assert (found.overall.first, found.overall.second, found.overall.both) == (4, 3, 1)
    assert found.overall.f1 == pytest.approx(2 / 7)
    assert found.class_share == 0.5
    assert (found.median_ms, found.bias_ms) == (500, 500)
    assert found.per_class["Corner"].both == 0
    wide = annotator_agreement({"g": FIRST}, {"g": SECOND}, tolerance_s=20)
    assert wide.per_class["Corner"].both == 1
    assert wide.alpha is not None and found.alpha is not None and wide.alpha > found.alpha


def test_an_event_of_the_same_class_is_preferred_to_a_nearer_one_of_another() -> None:
    second = [Label(1, 1 * MINUTE + 1500, "Goal"), Label(1, 1 * MINUTE + 100, "Foul")]
    assert annotator_agreement({"g": FIRST[:1]}, {"g": second}).per_class["Goal"].both == 1


def test_the_score_is_the_official_one_both_ways() -> None:
    found = annotator_agreement({"g": FIRST}, {"g": SECOND})
    made = [
        official_scores(
            {"g": (truth, [Spot(x.half, x.position_ms, x.label, None, 1.0) for x in other])}
        ).loose.a_map
        for truth, other in ((FIRST, SECOND), (SECOND, FIRST))
    ]
    assert found.loose == pytest.approx(sum(made) / 2)


def test_full_agreement_is_the_most_that_can_be_scored() -> None:
    found = annotator_agreement({"g": FIRST}, {"g": FIRST})
    assert (found.overall.f1, found.alpha, found.median_ms) == (1, 1, 0)
    assert found.loose == pytest.approx(3 / 17)  # three of the 17 classes occur


def test_annotators_who_mark_nothing_agree_on_nothing_measurable() -> None:
    found = annotator_agreement({"g": []}, {"g": []})
    assert (found.overall.f1, found.alpha, found.class_share, found.median_ms) == (None,) * 4


def test_agreement_and_confusion_pair_the_same_events() -> None:
    random = np.random.default_rng(5)

    def marked(count: int) -> list[Label]:
        names = random.choice(["Goal", "Foul", "Corner"], count)
        times = random.integers(0, 40_000, count)
        return [Label(1, int(at), str(name)) for at, name in zip(times, names, strict=True)]

    first, second = marked(30), marked(25)
    spots = [Spot(one.half, one.position_ms, one.label, None, 1.0) for one in second]
    confusion = class_confusion(align_events({"g": (first, spots)}), 5)
    found = annotator_agreement({"g": first}, {"g": second}, tolerance_s=5)
    same = {name: confusion.counts[i][i] for i, name in enumerate(confusion.classes)}
    assert found.overall.both == sum(same.values()) > 0
    assert {name: one.both for name, one in found.per_class.items()} == {
        name: count for name, count in same.items() if name in found.per_class
    }


def test_classes_that_neither_marked_are_said_to_count_as_nothing():
    """An annotator agrees with himself on every event, and still does not reach 100."""
    found = annotator_agreement({"g": FIRST}, {"g": FIRST})
    classes = len({label.label for label in FIRST})
    assert found.loose == pytest.approx(classes / 17)
    assert f"at most {100 * found.loose:.2f} is possible" in found.absent_classes
    assert found.absent_classes in agreement_grids(found)[0].note
