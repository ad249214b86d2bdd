"""The baselines that claim every class again and again: evenly, or as the clock suggests.

They look at nothing, but use what the metric gives for it: with tolerances of up to a minute, a
claim of each class every three quarters of a minute is near most events.
"""

from collections.abc import Iterator
from functools import lru_cache

import numpy as np

from touchline.models.class_priors import MS_PER_HOUR, ClassPriors
from touchline.models.engines.baseline.sound import Event
from touchline.models.types import Request
from touchline.video import Window

_LOOSE_S = np.arange(5.0, 61.0, 5.0)
"""The tolerances of the loose average-mAP, full widths."""

_SPACINGS_S = np.arange(5.0, 121.0)
_RECALLS = 10
"""The average precision is read at recalls of 0, 0.1, ... 1."""


@lru_cache(maxsize=256)
def comb_spacing_s(per_hour: float) -> float:
    """The spacing of evenly spaced claims with the highest expected loose average precision.

    Events are taken to come at random (a Poisson process), at the class's general rate. A claim
    whose reach is r seconds is then right with probability p = 1 - exp(-rate r), and claims every
    s seconds find a share p / (rate s) of the events. All claims are equally sure, so the average
    precision is p at every recall up to that share. No game is looked at.

    Args:
        per_hour: events of the class per hour, above 0.

    Returns:
        Whole seconds from 5 to 120.
    """
    rate = per_hour / 3600
    best = max(_SPACINGS_S, key=lambda spacing: _expected_precision(rate, spacing))
    return float(best)


def _expected_precision(rate: float, spacing_s: float) -> float:
    right = 1 - np.exp(-rate * np.minimum(_LOOSE_S, spacing_s))
    found = (right / (rate * spacing_s)).clip(0.0, 1.0)
    recalls_reached = np.floor(_RECALLS * found + 1e-9) + 1
    return float(np.trapezoid(right * recalls_reached / (_RECALLS + 1), _LOOSE_S))


def comb(request: Request, priors: ClassPriors) -> list[Event]:
    """Each class every `comb_spacing_s` seconds, as sure as its general rate makes it."""
    return [
        (label, offset_s, _chance(per_hour, spacing_ms))
        for label, per_hour, spacing_ms, offset_s in _teeth(request.window, priors)
    ]


def clock(request: Request, priors: ClassPriors) -> list[Event]:
    """The comb, as sure as the minute of the half makes each class in the other games.

    What begins every half by the rules of the game is claimed at its first moment.
    """
    window = request.window
    names = list(priors.per_hour)
    by_minute = priors.by_minute(window.game)[window.half - 1]
    events: list[Event] = []
    for label, _, spacing_ms, offset_s in _teeth(window, priors):
        minute = min(int(window.start_ms + 1000 * offset_s) // 60_000, len(by_minute) - 1)
        sure = _chance(float(by_minute[minute, names.index(label)]), spacing_ms)
        events.append((label, offset_s, sure))
    if window.start_ms == 0 and priors.starts_half in priors.per_hour:
        events.append((str(priors.starts_half), 0.0, 1.0))
    return events


def _teeth(window: Window, priors: ClassPriors) -> Iterator[tuple[str, float, float, float]]:
    """Class, events per hour, spacing in ms, and seconds from the window's start of each claim."""
    for label, per_hour in priors.per_hour.items():
        if per_hour <= 0:
            continue
        spacing_ms = 1000 * comb_spacing_s(per_hour)
        for time_ms in evenly_spaced(window, priors, spacing_ms):
            yield label, per_hour, spacing_ms, round((time_ms - window.start_ms) / 1000, 3)


def evenly_spaced(window: Window, priors: ClassPriors, spacing_ms: float) -> Iterator[float]:
    """Times in ms of a grid from half a spacing on, those in the window's own stretch."""
    time_ms = (np.ceil(window.start_ms / spacing_ms - 0.5) + 0.5) * spacing_ms
    while time_ms < window.start_ms + own_span_ms(window, priors):
        yield float(time_ms)
        time_ms += spacing_ms


def own_span_ms(window: Window, priors: ClassPriors) -> int:
    """The stretch of a window that no later window shows, which a baseline answers for."""
    is_last = window.index == window.total - 1
    return window.end_ms - window.start_ms if is_last else priors.stride_ms


def _chance(per_hour: float, spacing_ms: float) -> float:
    """The probability of at least one event within half a spacing of a claim."""
    return float(1 - np.exp(-per_hour * spacing_ms / MS_PER_HOUR))
