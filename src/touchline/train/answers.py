"""What the model is taught to say about a window: the text that the prompt asks for."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from touchline.games import CLASSES
from touchline.video import Window

NOTHING = "None."
TIME_STEP_MS = 200
"""Times are said to a fifth of a second: half a frame's step."""

CONFIDENCES = (0.08, 0.1, 0.12, 0.15, *(twentieth / 20 for twentieth in range(4, 20)), 0.98)
"""The confidences that the model may say. Only their order counts for a score."""

LOWEST_CLAIM = 0.08
"""Claims less sure than this are not made: each would cost more time than it may earn."""

MOST_CLAIMS = 7
"""Claims in one answer, the surest first to be kept, so that an answer always ends in time."""


@dataclass(frozen=True, slots=True)
class Claim:
    """One event as it is claimed.

    Attributes:
        label: one of the 17 official class names.
        team: "home" or "away".
        position_ms: milliseconds from the start of the half.
        probability: how likely the event is, from 0 to 1.
    """

    label: str
    team: str
    position_ms: int
    probability: float


def answer(window: Window, claims: Iterable[Claim]) -> str:
    """The text about a window: one JSON object a line in the order of the classes, or "None.".

    Claims outside the window or below `LOWEST_CLAIM` are left out.

    >>> window = Window("g", 1, 0, 1, 10_000, 18_000, (10_000,))
    >>> answer(window, [Claim("Goal", "home", 12_400, 0.83), Claim("Foul", "away", 9_000, 0.9)])
    '{"label": "Goal", "team": "home", "time": 2.4, "confidence": 0.85, "details": ""}'
    >>> answer(window, [])
    'None.'
    """
    inside = [
        claim
        for claim in claims
        if window.start_ms <= claim.position_ms < window.end_ms
        and claim.probability >= LOWEST_CLAIM
    ]
    surest = sorted(inside, key=lambda claim: -claim.probability)[:MOST_CLAIMS]
    ordered = sorted(surest, key=lambda claim: (CLASSES.index(claim.label), claim.position_ms))
    return "\n".join(_line(window, claim) for claim in ordered) or NOTHING


def _line(window: Window, claim: Claim) -> str:
    last = (window.end_ms - window.start_ms - 1) // TIME_STEP_MS
    steps = min(last, round((claim.position_ms - window.start_ms) / TIME_STEP_MS))
    said = {
        "label": claim.label,
        "team": claim.team,
        "time": round(steps * TIME_STEP_MS / 1000, 1),
        "confidence": said_confidence(claim.probability),
        "details": "",
    }
    return json.dumps(said)


def said_confidence(probability: float) -> float:
    """The confidence that is said for a probability: the nearest that the model may say."""
    return min(CONFIDENCES, key=lambda confidence: abs(confidence - probability))


def every_line(window: Window) -> Sequence[str]:
    """Lines that between them hold each label, team, time and confidence: the tokenizer's text."""
    times_ms = range(0, window.end_ms - window.start_ms, TIME_STEP_MS)
    teams = ("home", "away")
    by_label = [Claim(label, team, 0, 0.5) for label in CLASSES for team in teams]
    by_time = [Claim("Goal", "home", time_ms, 0.5) for time_ms in times_ms]
    by_confidence = [Claim("Goal", "home", 0, confidence) for confidence in CONFIDENCES]
    return [
        _line(window, Claim(c.label, c.team, c.position_ms + window.start_ms, c.probability))
        for c in (*by_label, *by_time, *by_confidence)
    ]
