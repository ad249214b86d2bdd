"""Spending a budget of windows where something happens.

Cheap measurements of the whole half propose moments (see `propose_moments`); only the windows
around the strongest of them are asked about. What is left of the budget goes to the middle of the
longest stretches that would stay unseen. The choice depends on nothing but the video and the
settings, and never on a label.
"""

from bisect import bisect_left
from collections.abc import Sequence

import numpy as np

from touchline.games import Half
from touchline.video.curves.curve import Moment
from touchline.video.selection.adaptive_settings import AdaptiveSettings
from touchline.video.selection.propose_moments import propose_moments
from touchline.video.types import Window


def select_windows(
    half: Half, windows: Sequence[Window], adaptive: AdaptiveSettings
) -> list[Window]:
    """The windows of a half that a budget is spent on, in order.

    They keep their place among all windows of the half, so a reply to one is a reply to the same
    window of a run without a budget.

    Args:
        half: the half.
        windows: all its windows, in order.
        adaptive: what proposes moments, and the budget.

    Raises:
        UserError: what proposes is not installed, or the video has no sound.
    """
    budget = adaptive.budget(len(windows))
    if budget == len(windows):
        return list(windows)
    moments = propose_moments(half, adaptive)
    indices = spend_budget([window.centre_ms for window in windows], moments, budget)
    return [windows[index] for index in indices]


def spend_budget(centres_ms: Sequence[int], moments: Sequence[Moment], budget: int) -> list[int]:
    """Which windows a budget is spent on.

    The strongest moment takes the window whose centre is nearest to it, and so on; then each
    further window goes as far from all chosen ones as possible.

    Args:
        centres_ms: of all windows, ascending.
        moments: proposed, in any order.
        budget: how many windows.

    Returns:
        Indices of the chosen windows, ascending.

    >>> spend_budget([0, 1000, 2000, 3000, 4000], [Moment(2900, 1.0)], 2)
    [0, 3]
    """
    chosen = set(decisive_moments(centres_ms, moments, budget))
    centres = np.asarray(centres_ms, dtype=np.int64)
    if not chosen:
        chosen = set(spread_evenly(len(centres), budget))
    distance = np.min([np.abs(centres - centres[index]) for index in sorted(chosen)], axis=0)
    while len(chosen) < budget:
        farthest = int(distance.argmax())
        chosen.add(farthest)
        distance = np.minimum(distance, np.abs(centres - centres[farthest]))
    return sorted(chosen)


def decisive_moments(
    centres_ms: Sequence[int], moments: Sequence[Moment], budget: int
) -> dict[int, Moment]:
    """The moments that decide where a budget goes, by the window that each of them takes.

    All others could be omitted and the same windows would be chosen.

    >>> decisive_moments([0, 1000, 2000], [Moment(10, 0.2), Moment(20, 0.9), Moment(900, 0.5)], 1)
    {0: Moment(time_ms=20, strength=0.9)}
    """
    taken: dict[int, Moment] = {}
    for moment in sorted(moments, key=lambda one: (-one.strength, one.time_ms)):
        if len(taken) == budget:
            break
        taken.setdefault(_nearest_index(centres_ms, moment.time_ms), moment)
    return taken


def spread_evenly(total: int, budget: int) -> list[int]:
    """Indices of `budget` windows spread evenly over all.

    >>> spread_evenly(10, 3)
    [1, 5, 8]
    """
    return [int((place + 0.5) * total / budget) for place in range(budget)]


def _nearest_index(centres_ms: Sequence[int], time_ms: int) -> int:
    after = min(bisect_left(centres_ms, time_ms), len(centres_ms) - 1)
    before = max(0, after - 1)
    return before if time_ms - centres_ms[before] <= centres_ms[after] - time_ms else after
