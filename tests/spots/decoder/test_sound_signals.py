"""A decoder learns what a sound means from other games."""

import numpy as np
import pytest

from touchline.games import SOCCERNET_V2, Label
from touchline.spots import Spot
from touchline.spots.decoder.decoder import decode, fit_decoder
from touchline.spots.decoder.event_signals import combine_signals, signals_of_spots
from touchline.spots.decoder.sound_signals import signals_of_sound
from touchline.video.curves.curve import Moment
from touchline.video.sound.sound_events import SoundEvents
from touchline.video.sound.whistle import Whistle

HALF_MS = 600_000


def game(seed):
    """Claims of fouls half of which are none, and a whistle at each foul that is one."""
    random = np.random.default_rng(seed)
    times = np.sort(random.choice(np.arange(20_000, HALF_MS, 20_000), 20, replace=False)).tolist()
    true = set(random.choice(times, 10, replace=False).tolist())
    spots = [Spot(1, time, "Foul", None, 0.5) for time in times]
    whistles = tuple(Whistle(time + 300, 400, 30.0) for time in sorted(true))
    heard = SoundEvents(whistles, (Moment(5000, 10.0),))
    return spots, heard, [Label(1, time, "Foul") for time in sorted(true)]


def told_apart(hears):
    """Mean confidence at true fouls less that at false ones, in a game that was not fitted on."""

    def marks(spots, heard):
        return combine_signals(
            [signals_of_spots(spots), signals_of_sound({1: heard}) if hears else []]
        )

    fitted = {f"g{seed}": game(seed) for seed in range(6)}
    decoder = fit_decoder(
        {name: (marks(s, h), labels) for name, (s, h, labels) in fitted.items()}, SOCCERNET_V2
    )
    spots, heard, labels = game(99)
    true = {label.position_ms for label in labels}
    sure = {True: [], False: []}
    for spot in decode(marks(spots, heard), decoder):
        if spot.label == "Foul":
            near = min((one.position_ms for one in spots), key=lambda t: abs(t - spot.position_ms))
            sure[near in true].append(spot.confidence)
    return np.mean(sure[True]) - np.mean(sure[False] or [0])


def test_marks_are_as_strong_as_the_sound():
    (marks,) = signals_of_sound(
        {2: SoundEvents((Whistle(1000, 300, 20.0),), (Moment(7000, 10.0),))}
    )
    assert marks.half == 2
    assert marks.length_ms == 7001
    assert {name: (t.tolist(), s.tolist()) for name, (t, s) in marks.signals.items()} == {
        "sound/whistle": ([1000], [0.5]),
        "sound/swell": ([7000], [0.5]),
    }


def test_a_silent_half_has_no_marks():
    (marks,) = signals_of_sound({1: SoundEvents((), ())})
    assert marks.signals == {}


def test_hearing_tells_true_claims_from_false_ones():
    assert told_apart(hears=True) > told_apart(hears=False) + 0.1
    assert told_apart(hears=False) == pytest.approx(0, abs=0.1)
