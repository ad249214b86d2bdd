"""Whistles and swells as numbers at each frame."""

import numpy as np

from touchline.models.engines.hybrid.sound_features import sound_features
from touchline.video import LOUD_SWELL_DB, LOUD_WHISTLE_DB, SoundEvents
from touchline.video.curves.curve import Moment
from touchline.video.sound.whistle import Whistle

TIMES_MS = np.array([0, 1000, 5000])


def test_a_sound_is_felt_at_the_frames_around_it_only():
    sounds = SoundEvents((Whistle(1000, 450, LOUD_WHISTLE_DB),), (Moment(5000, LOUD_SWELL_DB / 2),))
    found = sound_features(TIMES_MS, sounds)
    assert found[1, :3].tolist() == np.array([1, 1, 0.45], np.float32).tolist()
    assert found[2, 3] == 0.5
    assert (found[2, :3] < 1e-6).all()
    assert 0 < found[0, 0] < 0.2


def test_silence_is_zero():
    assert not sound_features(TIMES_MS, SoundEvents((), ())).any()
