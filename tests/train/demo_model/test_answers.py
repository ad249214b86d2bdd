"""The text that the demo model is taught to say."""

import json
from dataclasses import replace

import pytest
from hypothesis import given, strategies as st

from touchline.games import SOCCERNET_V2, find_task, task_names
from touchline.replies import Outcome, parse_reply
from touchline.train.demo_model.answers import (
    CONFIDENCES,
    MAX_EVENTS,
    MIN_PROBABILITY,
    NOTHING,
    TIME_STEP_MS,
    TargetEvent,
    answer,
    nearest_confidence,
    vocabulary_lines,
)
from touchline.video import Window

WINDOW = Window("g", 1, 3, 9, 30_000, 38_000, tuple(range(30_000, 38_000, 400)))

claims = st.builds(
    TargetEvent,
    label=st.sampled_from(SOCCERNET_V2.classes),
    team=st.sampled_from(["home", "away"]),
    position_ms=st.integers(25_000, 45_000),
    probability=st.floats(0, 1),
)


def test_nothing_is_said_in_the_words_of_the_prompt() -> None:
    assert answer(WINDOW, [], SOCCERNET_V2) == NOTHING == "None."


def test_an_event_before_the_window_or_at_its_end_is_not_claimed() -> None:
    before, at_end = (TargetEvent("Goal", "home", at, 0.9) for at in (29_999, 38_000))
    assert answer(WINDOW, [before, at_end], SOCCERNET_V2) == NOTHING


def test_an_unsure_event_is_not_claimed() -> None:
    for change, silent in ((-0.01, True), (0.0, False)):
        event = TargetEvent("Goal", "home", 31_000, MIN_PROBABILITY + change)
        assert (answer(WINDOW, [event], SOCCERNET_V2) == NOTHING) is silent


def test_of_too_many_the_surest_are_kept() -> None:
    many = [
        TargetEvent(label, "away", 31_000, 0.2 + place / 50)
        for place, label in enumerate(SOCCERNET_V2.classes)
    ]
    said = [json.loads(line)["label"] for line in answer(WINDOW, many, SOCCERNET_V2).splitlines()]
    assert said == list(SOCCERNET_V2.classes[-MAX_EVENTS:])


@given(st.lists(claims, max_size=12))
def test_what_is_said_is_what_the_reader_reads(wanted: list[TargetEvent]) -> None:
    said = answer(WINDOW, wanted, SOCCERNET_V2)
    reading = parse_reply(said, "stop", WINDOW, SOCCERNET_V2)
    kept = [
        claim
        for claim in wanted
        if WINDOW.start_ms <= claim.position_ms < WINDOW.end_ms
        and claim.probability >= MIN_PROBABILITY
    ]
    kept = sorted(kept, key=lambda claim: -claim.probability)[:MAX_EVENTS]
    kept.sort(key=lambda claim: (SOCCERNET_V2.class_index(claim.label), claim.position_ms))
    assert reading.outcome is (Outcome.EVENTS if kept else Outcome.NOTHING)
    lines = [json.loads(line) for line in said.splitlines()] if kept else []
    assert [(line["label"], line["team"]) for line in lines] == [(c.label, c.team) for c in kept]
    # What is said twice of one moment counts once.
    events = {(line["label"], line["team"], round(1000 * line["time"])) for line in lines}
    assert events == {
        (one.label, one.team, one.position_ms - WINDOW.start_ms) for one in reading.detections
    }
    assert len(events) == len(reading.detections)
    stated = {(line["label"], line["team"], line["confidence"]) for line in lines}
    for line, claim in zip(lines, kept, strict=True):
        assert line["confidence"] == nearest_confidence(claim.probability)
        time_ms = WINDOW.start_ms + round(1000 * line["time"])
        assert abs(time_ms - claim.position_ms) <= TIME_STEP_MS
    for detection in reading.detections:
        assert WINDOW.start_ms <= detection.position_ms < WINDOW.end_ms
        assert (detection.label, detection.team, detection.confidence) in stated


@pytest.mark.parametrize("name", task_names())
def test_an_answer_about_any_task_is_read_as_it_was_meant(name: str) -> None:
    task = find_task(name)
    team = task.teams[-1] if task.teams else None
    for label in task.classes:
        said = answer(WINDOW, [TargetEvent(label, team, 31_400, 0.9)], task)
        (found,) = parse_reply(said, "stop", WINDOW, task).detections
        assert (found.label, found.team, found.position_ms) == (label, team, 31_400)


def test_events_without_teams_are_told_without() -> None:
    task = replace(SOCCERNET_V2, teams=())
    assert not any('"team"' in line for line in vocabulary_lines(WINDOW, task))
    assert '"team"' not in answer(WINDOW, [TargetEvent("Goal", None, 31_000, 0.9)], task)


@given(st.floats(0, 1), st.floats(0, 1))
def test_confidences_keep_the_order_of_probabilities(one: float, other: float) -> None:
    low, high = sorted((one, other))
    assert nearest_confidence(low) <= nearest_confidence(high)
    assert nearest_confidence(low) in CONFIDENCES
