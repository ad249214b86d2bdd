"""The answer that a model should learn to give about a window, in the form that prompts ask for."""

import json
from collections.abc import Sequence
from typing import Any

from touchline.errors import UserError
from touchline.games import Label, Task
from touchline.replies import Outcome, Reading, parse_reply
from touchline.video import Window

NOTHING = "None."
_TIME_STEP_MS = 100
_SIDES = ("home", "away")


def target_answer(window: Window, labels: Sequence[Label], confidence: float | None) -> str:
    """The text about a window: one JSON object a line in the order of time, or "None.".

    Args:
        window: the window.
        labels: of its half; those outside of it are left out.
        confidence: stated with every event, or None.

    >>> window = Window("g", 1, 0, 1, 10_000, 18_000, (10_000,))
    >>> target_answer(window, [Label(1, 12_400, "Goal", "home")], None)
    '{"label": "Goal", "team": "home", "time": 2.4, "details": ""}'
    >>> target_answer(window, [], None)
    'None.'
    """
    inside = sorted(labels_inside(window, labels), key=lambda label: label.position_ms)
    return "\n".join(_line(window, label, confidence) for label in inside) or NOTHING


def labels_inside(window: Window, labels: Sequence[Label]) -> list[Label]:
    """The labels of a window's half that lie in it, from its start to before its end."""
    return [one for one in labels if window.start_ms <= one.position_ms < window.end_ms]


def _line(window: Window, label: Label, confidence: float | None) -> str:
    last = (window.end_ms - window.start_ms - 1) // _TIME_STEP_MS
    steps = min(last, round((label.position_ms - window.start_ms) / _TIME_STEP_MS))
    values: dict[str, Any] = {"label": label.label}
    if label.team in _SIDES:
        values["team"] = label.team
    values["time"] = round(steps * _TIME_STEP_MS / 1000, 1)
    if confidence is not None:
        values["confidence"] = confidence
    return json.dumps({**values, "details": ""}, ensure_ascii=False)


def check_answer(window: Window, labels: Sequence[Label], answer: str, task: Task) -> None:
    """Makes sure that an answer is read as what it was made from.

    A label that comes twice at one moment counts once, as it does in a reply.

    Raises:
        UserError: it is not; a model that learned it would be judged on something else.
    """
    reading = parse_reply(answer, "stop", window, task)
    wanted = sorted({(one.label, _team(one.team)) for one in labels_inside(window, labels)})
    found = sorted({(one.label or "", one.team or "") for one in reading.detections})
    if found != wanted or not _is_answer(reading):
        raise UserError(
            f"the answer for {window.game}, half {window.half}, at {window.start_ms} ms would be "
            f"read as {found or 'nothing'} instead of {wanted or 'nothing'}: check the names of "
            "the labels' classes."
        )


def _team(team: str) -> str:
    return team if team in _SIDES else ""


def _is_answer(reading: Reading) -> bool:
    return reading.outcome in (Outcome.EVENTS, Outcome.NOTHING)
