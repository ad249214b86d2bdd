"""Claims of what is not there."""

import pytest

from touchline.games import Label
from touchline.scores import align_events, measure_hallucination, score_sheet
from touchline.scores.hallucination import claims_above_final_score, final_score, find_storms
from touchline.spots.types import Spot

GAME = "england_epl/2014-2015/2015-02-21 - 18-00 Chelsea 1 - 1 Burnley"
MINUTE = 60_000


def spot(position_ms: int, label: str = "Foul", confidence: float = 0.9, half: int = 1) -> Spot:
    return Spot(half, position_ms, label, None, confidence)


@pytest.mark.parametrize(
    ("game", "score"),
    [
        (GAME, (1, 1)),
        ("epl/2015/2015-08-29 - 17-00 Manchester City 2 - 0 Watford", (2, 0)),
        ("a - b", None),
        ("league/2015/2015-02-21 - 18-00 Chelsea - Burnley", None),
        ("league/2015/2020-01-01 - 20-00 Schalke 04 10 - 12 Mainz 05", (10, 12)),
    ],
)
def test_final_score_of_a_games_name(game: str, score: tuple[int, int] | None) -> None:
    assert final_score(game) == score


def test_goals_beyond_the_score() -> None:
    games = {
        GAME: ([], [spot(i * MINUTE, "Goal") for i in range(5)]),
        "l/s/2015-02-21 - 18-00 A 0 - 0 B": ([], [spot(0, "Kick-off")]),
    }
    goal, kick_off = claims_above_final_score(align_events(games))
    assert (goal.claimed, goal.possible, goal.beyond) == (5, 2, 3)
    assert (kick_off.claimed, kick_off.possible, kick_off.beyond) == (1, 6, 0)
    assert claims_above_final_score(align_events({"a - b": ([], [])})) == ()


def test_claims_in_quiet_stretches() -> None:
    labels = [Label(1, 10 * MINUTE, "Goal")]
    spots = [spot(10 * MINUTE + 14_999), spot(10 * MINUTE + 15_000), spot(20 * MINUTE, half=2)]
    lengths = {("game", 1): 20 * MINUTE, ("game", 2): 30 * MINUTE}
    result = measure_hallucination(align_events({"game": (labels, spots)}), half_ms=lengths)
    assert result.quiet.minutes == pytest.approx(49.5)
    assert result.quiet.claims == 2
    assert result.false_per_minute == pytest.approx(3 / 50)


def test_halves_of_unknown_length_last_45_minutes_or_longer() -> None:
    spots = [spot(50 * MINUTE), spot(0, half=2)]
    result = measure_hallucination(align_events({"game": ([], spots)}))
    assert result.quiet.minutes == pytest.approx(95)
    assert result.quiet.claims == 1  # the one at the very end of its half lies on the border


def test_storms_are_runs_closer_than_real_spacing() -> None:
    labels = [Label(1, i * MINUTE, "Foul") for i in range(30)]
    storm = [spot(i * 2000) for i in range(10)]
    alone = [spot(10 * MINUTE), spot(20 * MINUTE)]
    storms = find_storms(align_events({"game": (labels, [*storm, *alone])}))
    assert storms.spacing_s["Foul"] == 60
    assert (storms.spots, storms.longest, storms.longest_label) == (10, 10, "Foul")
    assert storms.share == pytest.approx(10 / 12)
    assert find_storms(align_events({"game": (labels, alone)})).longest_label is None


def test_entropy_of_labels_and_confidences() -> None:
    labels = [Label(1, 0, name) for name in ("Goal", "Foul", "Corner", "Offside")]
    spots = [spot(0, "Goal", 0.9), spot(MINUTE, "Foul", 0.9)]
    result = measure_hallucination(align_events({"game": (labels, spots)}))
    assert (result.label_entropy.claims, result.label_entropy.truths) == (1.0, 2.0)
    assert (result.confidence_entropy.claims, result.confidence_entropy.values) == (0.0, 1)


def test_share_of_windows_that_said_nothing() -> None:
    aligned = align_events({"game": ([], [])})
    assert measure_hallucination(aligned, windows=(100, 40)).nothing_share == 0.4
    assert measure_hallucination(aligned).nothing_share is None


def test_recall_by_chance_is_the_share_of_play_in_reach() -> None:
    spots = [spot(0), spot(10_000), spot(11_000), spot(MINUTE, "Goal"), spot(0, half=2)]
    lengths = {("game", 1): MINUTE, ("game", 2): MINUTE}
    chance = measure_hallucination(
        align_events({"game": ([], spots)}), half_ms=lengths
    ).chance_recall
    # 2.5 s at each start, 6 s around the two; the goal's reach ends with the half.
    assert chance["Foul"] == pytest.approx((2.5 + 6 + 2.5) / 120)
    assert chance["Goal"] == pytest.approx(2.5 / 120)
    assert chance["Corner"] == 0


def test_a_half_that_was_not_looked_at_has_no_minutes() -> None:
    lengths = {("game", 1): MINUTE, ("game", 2): 0}
    assert (
        measure_hallucination(align_events({"game": ([], [])}), half_ms=lengths).quiet.minutes == 1
    )


def test_nothing_of_a_half_that_was_not_watched_is_quiet() -> None:
    labels = [Label(2, 10 * MINUTE, "Goal"), Label(2, 30 * MINUTE, "Foul")]
    lengths = {("game", 1): MINUTE, ("game", 2): 0}
    found = measure_hallucination(align_events({"game": (labels, [])}), half_ms=lengths)
    assert found.quiet.minutes == 1


def test_only_what_was_watched_of_a_half_has_minutes() -> None:
    labels = [Label(1, 2 * MINUTE, "Goal"), Label(1, 10 * MINUTE, "Goal")]
    watched = {("game", 1): (5 * MINUTE, 15 * MINUTE), ("game", 2): (0, 0)}
    games = {"game": (labels, [spot(6 * MINUTE)])}
    found = measure_hallucination(align_events(games), watched_ms=watched)
    assert found.quiet.minutes == pytest.approx(9.5)
    assert found.false_per_minute == pytest.approx(1 / 10)
    assert found.chance_recall["Foul"] == pytest.approx(5 / 600)


def test_recall_is_of_what_was_watched_and_the_official_figure_of_everything() -> None:
    labels = [Label(1, 2 * MINUTE, "Goal"), Label(1, 10 * MINUTE, "Goal")]
    games = {"game": (labels, [spot(10 * MINUTE, "Goal")])}
    watched = {("game", 1): (5 * MINUTE, 15 * MINUTE)}
    assert score_sheet(games).rates.micro.recall == 0.5
    sheet = score_sheet(games, watched_ms=watched)
    assert sheet.rates.micro.recall == 1.0
    assert sheet.official == score_sheet(games).official
    unwatched = score_sheet(games, half_ms={("game", 1): 0, ("game", 2): MINUTE})
    assert unwatched.rates.micro.truths == 0
