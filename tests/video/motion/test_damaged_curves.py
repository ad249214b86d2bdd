"""Curves in the cache are those that were measured, or are measured again."""

import random

import numpy as np

from touchline.video.curves.curve_cache import measured_once


def test_no_flipped_byte_of_a_kept_curve_is_served(make_video, monkeypatch, tmp_path):
    monkeypatch.setenv("TOUCHLINE_CACHE", str(tmp_path))
    video = make_video()
    curve = np.sin(np.arange(300, dtype=np.float32))

    def measured():
        return measured_once(video, "sine", lambda: {"curve": curve, "step": np.array(40)})

    measured()
    (path,) = tmp_path.rglob("*.npz")
    sound, moment = path.read_bytes(), random.Random(1)
    for _ in range(300):
        damaged = bytearray(sound)
        damaged[moment.randrange(len(sound))] ^= 1 << moment.randrange(8)
        path.write_bytes(damaged)
        found = measured()
        assert sorted(found) == ["curve", "step"]
        assert np.array_equal(found["curve"], curve)
        assert found["step"] == 40
