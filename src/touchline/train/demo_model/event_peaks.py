"""From the classifier's curves over a half to the events that the model learns to report."""

import numpy as np
from numpy.typing import NDArray

from touchline.games import Task
from touchline.train.demo_model.answers import MIN_PROBABILITY, TargetEvent
from touchline.train.demo_model.clips import SPREAD_MS

REACH_MS = 2000
"""An event is searched for this far to either side."""

_BELL_MS = SPREAD_MS * float(np.sqrt(2 * np.pi))
"""Area under the bell that stands for one event in the classifier's target."""


def probabilities(times_ms: NDArray[np.int64], classes: NDArray[np.float32]) -> NDArray[np.float64]:
    """The expected number of events of each class within `REACH_MS` of each frame.

    The classifier draws a bell curve around each event, and where it is not certain of the moment
    a flatter one of the same area. So the area under the curve counts, divided by that of a bell.

    Args:
        times_ms: time of each frame, evenly spaced, shape (frames,).
        classes: how near each class is at each frame, from 0 to 1, shape (frames, classes).
    """
    step_ms = float(np.median(np.diff(times_ms)))
    around = np.ones(2 * _reach(times_ms) + 1)
    areas = [np.convolve(curve, around, mode="same") for curve in classes.T.astype(np.float64)]
    return np.stack(areas, axis=1) * step_ms / _BELL_MS


def peaks(
    times_ms: NDArray[np.int64],
    classes: NDArray[np.float32],
    teams: NDArray[np.float32],
    task: Task,
) -> list[TargetEvent]:
    """The events at the peaks of the classifier's curves, the most probable of each class first.

    An event's moment is the middle of the area under its curve.

    Args:
        times_ms: time of each frame, evenly spaced, shape (frames,).
        classes: how near each class is at each frame, from 0 to 1, shape (frames, classes).
        teams: probability that the event is the first team's, shape (frames, classes).
        task: of the classes.
    """
    expected, reach = probabilities(times_ms, classes), _reach(times_ms)
    events: list[TargetEvent] = []
    for column, label in enumerate(task.classes):
        left = expected[:, column]
        while left[top := int(left.argmax())] >= MIN_PROBABILITY:
            near = slice(max(0, top - reach), top + reach + 1)
            weight = classes[near, column].astype(np.float64) ** 2
            at = round(float((times_ms[near] * weight).sum() / weight.sum()))
            first = float((teams[near, column] * weight).sum() / weight.sum())
            team = task.teams[0 if first >= 0.5 else 1] if task.teams else None
            events.append(TargetEvent(label, team, at, min(1.0, float(left[top]))))
            left[np.abs(times_ms - times_ms[top]) < 2 * REACH_MS] = 0
    return events


def _reach(times_ms: NDArray[np.int64]) -> int:
    """`REACH_MS` in frames, at most what a short half allows."""
    step_ms = float(np.median(np.diff(times_ms)))
    return min(round(REACH_MS / step_ms), (len(times_ms) - 1) // 2)
