from dataclasses import replace

import pytest
from pydantic import ValidationError

from touchline.replies import Detection, Outcome, Reading, TimeSource
from touchline.spots import MergeSettings, Spot, merge_readings
from touchline.validation import one_sentence
from touchline.video import Window


def window(index: int, half: int = 1, stride_ms: int = 2000, length_ms: int = 3000) -> Window:
    start = index * stride_ms
    return Window("game", half, index, 100, start, start + length_ms, (start,))


def claim(
    at: Window,
    label: str | None = "Goal",
    position_ms: int | None = None,
    team: str | None = "home",
    confidence: float | None = 0.9,
) -> Detection:
    source = TimeSource.CENTRE if position_ms is None else TimeSource.SECONDS
    position = at.centre_ms if position_ms is None else position_ms
    return Detection(label, str(label), position, source, team, confidence)


def half_of(claims: dict[int, list[Detection]], windows: int = 100, half: int = 1) -> list[Reading]:
    return [
        Reading(
            window(index, half),
            Outcome.EVENTS if index in claims else Outcome.NOTHING,
            tuple(claims.get(index, ())),
        )
        for index in range(windows)
    ]


def untimed(indices: list[int], **more: object) -> dict[int, list[Detection]]:
    return {index: [claim(window(index), **more)] for index in indices}  # type: ignore[arg-type]


@pytest.mark.parametrize("method", ["votes", "nms", "soft-nms", "greedy"])
def test_one_event_in_overlapping_windows_is_one_spot(method: str) -> None:
    spots = merge_readings(half_of(untimed([10, 11, 12])), MergeSettings(method=method))
    spot = max(spots, key=lambda one: one.confidence)
    assert method == "soft-nms" or len(spots) == 1
    assert all(other.confidence < spot.confidence / 2 for other in spots if other is not spot)
    assert (spot.half, spot.label, spot.team) == (1, "Goal", "home")
    assert abs(spot.position_ms - window(11).centre_ms) <= 2000
    assert 0 < spot.confidence <= 1


def test_the_time_is_the_middle_of_the_votes() -> None:
    (spot,) = merge_readings(half_of(untimed([10, 11, 12])))
    assert abs(spot.position_ms - window(11).centre_ms) <= 50


def test_a_lone_claim_stands_at_its_windows_centre() -> None:
    (spot,) = merge_readings(half_of(untimed([10])))
    assert abs(spot.position_ms - window(10).centre_ms) <= 10


def test_named_times_are_kept_to_a_tenth_of_a_second() -> None:
    named = {index: [claim(window(index), position_ms=21_400)] for index in (9, 10)}
    (spot,) = merge_readings(half_of(named))
    assert abs(spot.position_ms - 21_400) <= 50


def test_events_that_are_named_apart_stay_apart() -> None:
    named = {
        9: [claim(window(9), position_ms=19_000), claim(window(9), position_ms=20_900)],
        15: [claim(window(15), position_ms=31_500)],
    }
    times = [spot.position_ms for spot in merge_readings(half_of(named))]
    assert len(times) == 2
    assert abs(times[1] - 31_500) <= 50


def test_agreement_raises_the_confidence() -> None:
    alone, agreed = (
        merge_readings(half_of(untimed(indices)))[0].confidence for indices in ([10], [10, 11, 12])
    )
    assert agreed > 2 * alone


def test_the_models_own_confidence_counts_unless_told_otherwise() -> None:
    readings = half_of(untimed([10], confidence=0.9) | untimed([60], confidence=0.3))
    sure, unsure = merge_readings(readings)
    assert sure.confidence > unsure.confidence
    first, second = merge_readings(readings, MergeSettings(use_confidence=False))
    assert first.confidence == pytest.approx(second.confidence, rel=0.01)


def test_a_missing_confidence_counts_as_the_mean_of_the_others() -> None:
    readings = half_of(untimed([10], confidence=0.4) | untimed([60], confidence=None))
    known, missing = merge_readings(readings)
    assert missing.confidence == pytest.approx(known.confidence, rel=0.01)


def likely(readings: list[Reading], logprobs: dict[int, float]) -> list[Reading]:
    """The readings, with the log-probability of each window's labels."""
    return [
        replace(
            one,
            detections=tuple(
                replace(found, label_logprob=logprobs[one.window.index]) for found in one.detections
            ),
        )
        for one in readings
    ]


def test_probable_labels_rank_above_improbable_ones_when_asked_to() -> None:
    """True events at even tens, false ones between; what the model says is always the same."""
    indices = list(range(5, 95, 5))
    true = set(indices[::2])
    readings = likely(
        half_of(untimed(indices)),
        {index: -0.1 if index in true else -2.0 for index in indices},
    )
    by_word = {spot.confidence for spot in merge_readings(readings, MergeSettings(storm=0.0))}
    assert max(by_word) == pytest.approx(min(by_word), rel=0.05)
    ranked = sorted(
        merge_readings(readings, MergeSettings(storm=0.0, confidence_from="logprob")),
        key=lambda spot: -spot.confidence,
    )
    first = {(spot.position_ms - 1500) // 2000 for spot in ranked[: len(true)]}
    assert {min(true, key=lambda at: abs(at - index)) for index in first} == true
    assert all(min(abs(at - index) for at in true) <= 1 for index in first)


def test_without_probabilities_each_claim_counts_one() -> None:
    readings = half_of(untimed([10], confidence=0.9) | untimed([60], confidence=0.3))
    asked = MergeSettings(confidence_from="logprob")
    assert merge_readings(readings, asked) == merge_readings(
        readings, MergeSettings(use_confidence=False)
    )


def test_a_confidence_from_nowhere_is_one_sentence() -> None:
    with pytest.raises(ValidationError) as caught:
        MergeSettings(confidence_from="logprobs")
    assert "confidence_from is 'logprobs': expected 'said'" in one_sentence(caught.value)


def test_the_team_is_that_of_the_majority() -> None:
    claims = untimed([10, 11], team="away") | untimed([12], team="home")
    assert merge_readings(half_of(claims))[0].team == "away"
    assert (
        merge_readings(half_of(untimed([10], team="away") | untimed([11], team="home")))[0].team
        is None
    )
    assert merge_readings(half_of(untimed([10], team=None)))[0].team is None


@pytest.mark.parametrize("method", ["votes", "nms", "soft-nms"])
def test_a_storm_does_not_survive(method: str) -> None:
    storm = half_of(untimed(list(range(1350)), label="Foul"), windows=1350)
    spots = merge_readings(storm, MergeSettings(method=method, storm=1.0))
    assert len([spot for spot in spots if spot.confidence > 0.2]) < 30
    lone = merge_readings(half_of(untimed([600, 601, 602], label="Foul"), windows=1350))
    assert lone[0].confidence > max(
        spot.confidence for spot in spots if 200_000 < spot.position_ms < 2_500_000
    )


def test_what_is_no_class_makes_no_spot() -> None:
    assert merge_readings(half_of(untimed([10], label=None))) == []


def test_failed_and_unreadable_windows_claim_nothing() -> None:
    readings = [Reading(window(0), Outcome.FAILED), Reading(window(1), Outcome.UNREADABLE)]
    assert merge_readings(readings) == []
    assert merge_readings([]) == []


def test_a_cut_reply_counts_with_what_it_has() -> None:
    reading = Reading(window(3), Outcome.TRUNCATED, (claim(window(3)),))
    assert len(merge_readings([reading])) == 1


def test_halves_are_apart() -> None:
    readings = half_of(untimed([10])) + half_of(untimed([10]), half=2)
    assert [spot.half for spot in merge_readings(readings)] == [1, 2]


def test_samples_of_one_window_count_as_one() -> None:
    once = merge_readings(half_of(untimed([10])))
    twice = merge_readings(half_of(untimed([10])) * 2)
    half_sure = merge_readings(half_of(untimed([10])) + half_of({}))
    assert twice == once
    assert half_sure[0].confidence == pytest.approx(once[0].confidence / 2, rel=0.01)


def test_the_order_of_readings_does_not_matter() -> None:
    readings = half_of(untimed([3, 10, 11, 40]) | untimed([12], label="Foul"))
    assert merge_readings(readings[::-1]) == merge_readings(readings)


def test_an_offset_moves_untimed_claims_only_and_stays_in_the_half() -> None:
    readings = half_of({10: [claim(window(10))], 99: [claim(window(99))]})
    settings = MergeSettings(offset=2)
    plain, moved = merge_readings(readings), merge_readings(readings, settings)
    assert moved[0].position_ms - plain[0].position_ms == 2000
    assert moved[1].position_ms == window(99).end_ms
    named = half_of({10: [claim(window(10), position_ms=21_400)]})
    assert merge_readings(named, settings) == merge_readings(named)


def test_an_unknown_method_is_one_sentence() -> None:
    with pytest.raises(ValidationError) as caught:
        MergeSettings(method="nmss")
    assert "method is 'nmss': it must be one of votes, nms" in one_sentence(caught.value)


def test_spots_come_in_the_order_of_time() -> None:
    spots = merge_readings(half_of(untimed([40, 10]) | untimed([20], label="Foul")))
    assert spots == sorted(spots, key=lambda spot: (spot.half, spot.position_ms, spot.label))
    assert all(isinstance(spot, Spot) for spot in spots)
