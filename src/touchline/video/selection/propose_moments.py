"""Moments at which something may happen, by motion, shot cuts, sound or an earlier run."""

from collections.abc import Sequence

from touchline.games import Half
from touchline.video.curves.curve import Moment, peaks
from touchline.video.selection.adaptive_settings import (
    AdaptiveSettings,
    PlannedAdaptive,
    Proposer,
)

_APART_MS = 3000


def propose_moments(half: Half, adaptive: AdaptiveSettings) -> list[Moment]:
    """The moments that are proposed, with strengths that can be compared within the half.

    Args:
        half: the half.
        adaptive: says what proposes.

    Raises:
        UserError: what proposes is not installed, or the video has no sound.
    """
    match adaptive.by:
        case Proposer.MOTION:
            from touchline.video.motion.motion_curves import measure_motion

            return peaks(measure_motion(half.video).activity(), _APART_MS, 0.0)
        case Proposer.SHOTS:
            from touchline.video.motion.motion_curves import measure_motion

            return [Moment(time_ms, 1.0) for time_ms in measure_motion(half.video).cuts_ms]
        case Proposer.SOUND:
            from touchline.video.sound.sound_events import find_sound_events

            events = find_sound_events(half.video)
            whistles = [Moment(one.time_ms, one.strength_db) for one in events.whistles]
            return [*rank_strengths(whistles), *rank_strengths(events.swells)]
        case Proposer.RUN:
            if not isinstance(adaptive, PlannedAdaptive):
                raise ValueError("with_prior_spots has not read the earlier run of this spec")
            return [
                Moment(time_ms, confidence)
                for game, number, time_ms, confidence in adaptive.moments
                if (game, number) == (half.game, half.number)
            ]
        case Proposer.UNIFORM:
            return []


def rank_strengths(moments: Sequence[Moment]) -> list[Moment]:
    """Moments with strengths that are ranks within their kind, so that kinds can be compared.

    A rank is the share of the moments that are at most as strong.

    >>> rank_strengths([Moment(5, 20.0), Moment(9, 10.0)])
    [Moment(time_ms=5, strength=1.0), Moment(time_ms=9, strength=0.5)]
    """
    ordered = sorted(one.strength for one in moments)
    return [
        Moment(one.time_ms, sum(low <= one.strength for low in ordered) / len(ordered))
        for one in moments
    ]
