"""The official figures on small cases worked out by hand."""

import math

import pytest

from touchline.errors import UserError
from touchline.games import SOCCERNET_V1
from touchline.games.types import Label
from touchline.scores import official_scores
from touchline.spots.types import Spot


def goal(position_ms: int, half: int = 1, visible: bool = True) -> Label:
    return Label(half, position_ms, "Goal", "home", visible)


def spot(position_ms: int, confidence: float = 0.9, half: int = 1, label: str = "Goal") -> Spot:
    return Spot(half, position_ms, label, None, confidence)


def at1(labels: list[Label], spots: list[Spot]) -> float:
    return official_scores({"game": (labels, spots)}, metrics=["at1"]).metrics["at1"].a_map


def test_one_perfect_class_of_17() -> None:
    figures = official_scores({"game": ([goal(600_000)], [spot(600_000)])})
    assert figures.loose.a_map == pytest.approx(1 / 17)
    assert figures.loose.per_class[2] == 1.0
    assert figures.loose.unshown == 0.0
    assert set(figures.metrics) == {"loose", "tight", "at1", "at2", "at3", "at4", "at5"}


def test_unshown_is_scaled_for_loose_and_tight_only() -> None:
    figures = official_scores({"game": ([goal(600_000, visible=False)], [spot(600_000)])})
    assert figures.loose.unshown == pytest.approx(1 / 13)
    assert figures.metrics["at1"].unshown == pytest.approx(1 / 17)


@pytest.mark.parametrize(("offset", "found"), [(-501, 0), (-500, 1), (999, 1), (1000, 0)])
def test_at1_reaches_a_frame_to_either_side(offset: int, found: int) -> None:
    assert at1([goal(600_000)], [spot(600_000 + offset)]) == pytest.approx(found / 17)


def test_last_spot_of_a_frame_counts_and_is_named() -> None:
    games = {"game": ([goal(600_000)], [spot(600_000, 0.9), spot(600_400, -1.0)])}
    figures = official_scores(games, metrics=["at1"])
    assert figures.metrics["at1"].a_map == 0.0
    kinds = {quirk.kind: quirk.count for quirk in figures.quirks}
    assert kinds["shared frame"] == 1
    assert kinds["confidence below 0"] == 1


def test_every_quirk_is_named() -> None:
    spots = [
        spot(-600),
        spot(7_300_000, 1.3),  # in the last frame too, where the one before it wraps to
        spot(0, math.nan),
        spot(0, half=3),
        spot(0, label="Shot"),
    ]
    labels = [goal(600_000), goal(600_100), Label(1, 0, "Own goal")]
    figures = official_scores({"game": (labels, spots)})
    said = [quirk.sentence for quirk in figures.quirks]
    assert said == [
        "1 spot in a frame of 500 ms that a later one of the class shares; "
        "the last in the file counts",
        "1 label in a frame of 500 ms that a later one of the class shares; they count as one",
        "1 spot with confidence above 1 accepted (up to 1.3)",
        "1 spot with confidence NaN or null dropped",
        "1 spot before the half's start moved to its end, near minute 120",
        "1 spot past minute 120 moved to the last frame",
        "1 spot of an unknown class dropped",
        "1 spot in a half other than 1 and 2 dropped",
        "1 label of an unknown class dropped",
        "16 of 17 classes do not occur in these games and count as 0: at most 5.88 is possible",
    ]

    assert figures.absent_classes == said[-1]


def test_wrapped_position_lands_on_the_last_frame() -> None:
    assert at1([goal(7_199_900)], [spot(-600)]) == pytest.approx(1 / 17)


def test_far_before_the_half_is_an_error() -> None:
    with pytest.raises(UserError, match="game 'game', half 1"):
        at1([goal(0)], [spot(-8_000_000)])


def test_unknown_metric_is_an_error() -> None:
    with pytest.raises(UserError, match="unknown metric 'at9'"):
        official_scores({}, metrics=["at9"])


def test_no_games_score_nothing() -> None:
    assert official_scores({}).tight.a_map == 0.0


def test_version_1_finds_classes_in_names_and_has_no_visibility() -> None:
    games = {"game": ([Label(1, 60_000, "soccer-ball")], [spot(60_000, label="soccer")])}
    figures = official_scores(games, SOCCERNET_V1)
    assert figures.loose.per_class == (0.0, 0.0, 1.0)
    assert figures.loose.visible is None
    assert figures.to_json()["loose"]["a_mAP_per_class_unshown"] is None
