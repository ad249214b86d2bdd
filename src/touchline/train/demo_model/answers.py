"""The answers that the model learns to give about a window, in the form the prompt asks for."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from touchline.games import Task
from touchline.video import Window

NOTHING = "None."
TIME_STEP_MS = 200
"""Times are given to a fifth of a second: half a frame's step."""

CONFIDENCES = (0.08, 0.1, 0.12, 0.15, *(twentieth / 20 for twentieth in range(4, 20)), 0.98)
"""The confidences that the model may give. Only their order matters for a score."""

MIN_PROBABILITY = 0.08
"""Less probable events are omitted: generating them costs more time than they may gain."""

MAX_EVENTS = 7
"""Events in one answer: the most probable ones, so that an answer is never cut off."""


@dataclass(frozen=True, slots=True)
class TargetEvent:
    """One event that an answer reports.

    Attributes:
        label: one of the class names of the task.
        team: one of the task's teams, or None where its events have none.
        position_ms: milliseconds from the start of the half.
        probability: of the event, from 0 to 1.
    """

    label: str
    team: str | None
    position_ms: int
    probability: float


def answer(window: Window, events: Iterable[TargetEvent], task: Task) -> str:
    """The text about a window: one JSON object per line in the order of the classes, or "None.".

    Events outside the window or below `MIN_PROBABILITY` are omitted.

    >>> from touchline.games import SOCCERNET_V2 as v2
    >>> window = Window("g", 1, 0, 1, 10_000, 18_000, (10_000,))
    >>> answer(window, [TargetEvent("Goal", "home", 12_400, 0.83)], v2)
    '{"label": "Goal", "team": "home", "time": 2.4, "confidence": 0.85, "details": ""}'
    >>> answer(window, [], v2)
    'None.'
    """
    inside = [
        event
        for event in events
        if window.start_ms <= event.position_ms < window.end_ms
        and event.probability >= MIN_PROBABILITY
    ]
    most_probable = sorted(inside, key=lambda event: -event.probability)[:MAX_EVENTS]
    ordered = sorted(
        most_probable, key=lambda event: (task.class_index(event.label), event.position_ms)
    )
    return "\n".join(_line(window, event) for event in ordered) or NOTHING


def _line(window: Window, event: TargetEvent) -> str:
    last = (window.end_ms - window.start_ms - 1) // TIME_STEP_MS
    steps = min(last, round((event.position_ms - window.start_ms) / TIME_STEP_MS))
    values = {
        "label": event.label,
        **({} if event.team is None else {"team": event.team}),
        "time": round(steps * TIME_STEP_MS / 1000, 1),
        "confidence": nearest_confidence(event.probability),
        "details": "",
    }
    return json.dumps(values)


def nearest_confidence(probability: float) -> float:
    """The confidence that the model may give which is nearest to a probability."""
    return min(CONFIDENCES, key=lambda confidence: abs(confidence - probability))


def vocabulary_lines(window: Window, task: Task) -> Sequence[str]:
    """Lines with every label, team, time and confidence, to train the tokenizer on."""
    times_ms = range(0, window.end_ms - window.start_ms, TIME_STEP_MS)
    teams = task.teams or (None,)
    any_label, any_team = task.classes[0], teams[0]
    by_label = [TargetEvent(label, team, 0, 0.5) for label in task.classes for team in teams]
    by_time = [TargetEvent(any_label, any_team, time_ms, 0.5) for time_ms in times_ms]
    by_confidence = [TargetEvent(any_label, any_team, 0, sure) for sure in CONFIDENCES]
    return [
        _line(window, TargetEvent(c.label, c.team, c.position_ms + window.start_ms, c.probability))
        for c in (*by_label, *by_time, *by_confidence)
    ]
