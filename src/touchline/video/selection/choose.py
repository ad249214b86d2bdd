"""Spending a budget of windows where something happens.

A cheap look or listen over the whole half proposes moments; only the windows around the strongest
of them are asked about. What the budget leaves over goes to the middle of the longest stretches
that would stay unseen. The choice depends on nothing but the video and the settings, and never on
a label.
"""

from bisect import bisect_left
from collections.abc import Sequence

import numpy as np

from touchline.games import Half
from touchline.video.adaptive_settings import AdaptiveSettings, Proposer
from touchline.video.curves import Moment, peaks
from touchline.video.types import Window

_APART_MS = 3000


def chosen_windows(
    half: Half, windows: Sequence[Window], adaptive: AdaptiveSettings
) -> list[Window]:
    """The windows of a half that a budget is spent on, in order.

    They keep their place among all windows of the half, so a reply to one is a reply to the same
    window of a run without a budget.

    Args:
        half: the half.
        windows: all its windows, in order.
        adaptive: what proposes, and the budget.

    Raises:
        UserError: what proposes is not installed, or the video has no sound to listen to.
    """
    budget = adaptive.budget(len(windows))
    if budget == len(windows):
        return list(windows)
    moments = proposed(half, adaptive)
    places = choose([window.centre_ms for window in windows], moments, budget)
    return [windows[place] for place in places]


def choose(centres_ms: Sequence[int], moments: Sequence[Moment], budget: int) -> list[int]:
    """Which windows a budget is spent on.

    The strongest moment takes the window whose centre is nearest to it, and so on; then each
    window that is left over goes as far from all chosen ones as there is room.

    Args:
        centres_ms: of all windows, ascending.
        moments: proposed, in any order.
        budget: how many windows.

    Returns:
        Places of the chosen windows, ascending.

    >>> choose([0, 1000, 2000, 3000, 4000], [Moment(2900, 1.0)], 2)
    [0, 3]
    """
    chosen = set(decisive(centres_ms, moments, budget))
    centres = np.asarray(centres_ms, dtype=np.int64)
    if not chosen:
        chosen = set(evenly(len(centres), budget))
    far = np.min([np.abs(centres - centres[place]) for place in sorted(chosen)], axis=0)
    while len(chosen) < budget:
        place = int(far.argmax())
        chosen.add(place)
        far = np.minimum(far, np.abs(centres - centres[place]))
    return sorted(chosen)


def decisive(
    centres_ms: Sequence[int], moments: Sequence[Moment], budget: int
) -> dict[int, Moment]:
    """The moments that decide where a budget goes, by the window that each of them takes.

    All others could be left out and the same windows would be chosen.

    >>> decisive([0, 1000, 2000], [Moment(10, 0.2), Moment(20, 0.9), Moment(900, 0.5)], 1)
    {0: Moment(time_ms=20, strength=0.9)}
    """
    taken: dict[int, Moment] = {}
    for moment in sorted(moments, key=lambda one: (-one.strength, one.time_ms)):
        if len(taken) == budget:
            break
        taken.setdefault(_nearest(centres_ms, moment.time_ms), moment)
    return taken


def evenly(total: int, budget: int) -> list[int]:
    """Places of so many windows spread evenly over all.

    >>> evenly(10, 3)
    [1, 5, 8]
    """
    return [int((place + 0.5) * total / budget) for place in range(budget)]


def proposed(half: Half, adaptive: AdaptiveSettings) -> list[Moment]:
    """The moments of a half that are proposed, with strengths that compare within the half."""
    match adaptive.by:
        case Proposer.MOTION:
            from touchline.video.motion.motion_curves import measure_motion

            return peaks(measure_motion(half.video).activity(), _APART_MS, 0.0)
        case Proposer.SHOTS:
            from touchline.video.motion.motion_curves import measure_motion

            return [Moment(time_ms, 1.0) for time_ms in measure_motion(half.video).cuts_ms]
        case Proposer.SOUND:
            from touchline.video.sound.sound_events import find_sound_events

            heard = find_sound_events(half.video)
            whistled = [Moment(one.time_ms, one.strength_db) for one in heard.whistles]
            return [*by_rank(whistled), *by_rank(heard.swells)]
        case Proposer.RUN:
            where = (half.game, half.number)
            return [
                Moment(time, sure) for *at, time, sure in adaptive.moments if tuple(at) == where
            ]
        case Proposer.UNIFORM:
            return []


def by_rank(moments: Sequence[Moment]) -> list[Moment]:
    """Moments with the share of their kind that is no stronger, so that kinds can be compared.

    >>> by_rank([Moment(5, 20.0), Moment(9, 10.0)])
    [Moment(time_ms=5, strength=1.0), Moment(time_ms=9, strength=0.5)]
    """
    ordered = sorted(one.strength for one in moments)
    return [
        Moment(one.time_ms, sum(low <= one.strength for low in ordered) / len(ordered))
        for one in moments
    ]


def covered_ms(spans_ms: Sequence[tuple[int, int]]) -> int:
    """How much of a half some windows show, overlaps counted once.

    >>> covered_ms([(0, 3000), (2000, 5000), (9000, 12000)])
    8000
    """
    total = reached = 0
    for start, end in sorted(spans_ms):
        total += max(0, end - max(start, reached))
        reached = max(reached, end)
    return total


def _nearest(centres_ms: Sequence[int], time_ms: int) -> int:
    after = min(bisect_left(centres_ms, time_ms), len(centres_ms) - 1)
    before = max(0, after - 1)
    return before if time_ms - centres_ms[before] <= centres_ms[after] - time_ms else after
