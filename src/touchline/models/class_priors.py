"""How often each class happens, which is all that a null baseline knows."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from touchline.games import CLASSES, Label

_MS_PER_HOUR = 3_600_000


@dataclass(frozen=True, slots=True)
class ClassPriors:
    """How often each class happens.

    Attributes:
        per_hour: events of each class per hour, over the games of the benchmark.
        stride_ms: distance between window starts: the time that one window alone is responsible
            for, so that overlapping windows do not report an event twice.
    """

    per_hour: Mapping[str, float]
    stride_ms: int


SOCCERNET_PER_GAME: Mapping[str, float] = {
    "Penalty": 0.35,
    "Kick-off": 5.13,
    "Goal": 3.41,
    "Substitution": 5.68,
    "Offside": 4.20,
    "Shots on target": 11.64,
    "Shots off target": 10.51,
    "Clearance": 15.79,
    "Ball out of play": 63.62,
    "Throw-in": 37.62,
    "Foul": 23.35,
    "Indirect free-kick": 21.04,
    "Direct free-kick": 4.40,
    "Corner": 9.67,
    "Yellow card": 4.09,
    "Red card": 0.11,
    "Yellow->red card": 0.09,
}
"""Events per game in SoccerNet-v2 (Deliege et al., 2021, 110,458 labels over 500 games); used where
a video has no labels of its own."""


def estimate_class_priors(labels: Iterable[Label], duration_ms: int, stride_ms: int) -> ClassPriors:
    """How often each class happens in labelled halves.

    Args:
        labels: of all halves; empty where there are none, which takes SoccerNet's averages.
        duration_ms: length of all halves together.
        stride_ms: distance between window starts.
    """
    counts = Counter(label.label for label in labels)
    hours = duration_ms / _MS_PER_HOUR
    if not counts or not hours:
        per_hour = {name: count / 1.5 for name, count in SOCCERNET_PER_GAME.items()}
        return ClassPriors(per_hour, stride_ms)
    return ClassPriors({name: counts[name] / hours for name in CLASSES if counts[name]}, stride_ms)
