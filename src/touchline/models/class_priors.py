"""How often each class happens, which is all that a null baseline knows."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from touchline.games import Label, Task

_MS_PER_HOUR = 3_600_000
_HOURS_PER_GAME = 1.5


@dataclass(frozen=True, slots=True)
class ClassPriors:
    """How often each class happens.

    Attributes:
        per_hour: events of each class per hour, over the games of the benchmark.
        stride_ms: distance between window starts: a baseline answers only for this stretch of a
            window, so that overlapping windows do not report an event twice.
    """

    per_hour: Mapping[str, float]
    stride_ms: int


def estimate_class_priors(
    labels: Iterable[Label], duration_ms: int, stride_ms: int, task: Task
) -> ClassPriors:
    """The rates of the classes over labelled halves, else those that the task gives.

    Args:
        labels: the truth of all halves; empty where there are none.
        duration_ms: length of all halves together.
        stride_ms: distance between window starts.
        task: gives the classes, and how often they happen where there are no labels.
    """
    counts = Counter(label.label for label in labels)
    hours = duration_ms / _MS_PER_HOUR
    if not counts or not hours:
        per_hour = {name: count / _HOURS_PER_GAME for name, count in task.events_per_game.items()}
        return ClassPriors(per_hour, stride_ms)
    return ClassPriors(
        {name: counts[name] / hours for name in task.classes if counts[name]}, stride_ms
    )
