import io
import os
import subprocess
import sys

import numpy as np
import pytest
from PIL import Image

from touchline.games import Half
from touchline.video import FrameSpec, MissingFrameError, cut_windows, open_frame_store


def brightness(jpeg):
    return float(np.asarray(Image.open(io.BytesIO(jpeg))).mean())


def test_each_time_gives_the_frame_that_was_shown_then(make_video):
    """Frame n of the test video has brightness 10 + n: a shifted clock would show."""
    half = Half("g", 1, make_video(times_ms=range(0, 4000, 40), b_frames=2))
    recipe = FrameSpec(fps=5)
    store = open_frame_store(half, recipe)
    for window in cut_windows(half, recipe):
        for time_ms, jpeg in zip(
            window.frame_times_ms, store.jpegs(window.frame_times_ms), strict=True
        ):
            assert brightness(jpeg) == pytest.approx(10 + time_ms / 40, abs=2.5)


def test_frames_are_scaled_down_with_their_aspect_and_never_up(make_video):
    half = Half("g", 1, make_video(size=(128, 96)))
    sizes = []
    for height in (48, None, 500):
        (jpeg,) = open_frame_store(half, FrameSpec(height=height)).jpegs([0])
        sizes.append(Image.open(io.BytesIO(jpeg)).size)
    assert sizes == [(64, 48), (128, 96), (128, 96)]


def test_a_half_is_decoded_once_for_all_windows_and_strides(make_video, monkeypatch):
    half = Half("g", 1, make_video())
    first = open_frame_store(half, FrameSpec(window=3))
    assert len(first) == 20
    monkeypatch.setattr("touchline.video.frame_store.writer.decode_jpegs", None)
    again = open_frame_store(half, FrameSpec(window=1, stride=0.5))
    assert again.path == first.path
    assert len(again) == 20


def test_a_frame_that_does_not_decode_is_named(make_video):
    store = open_frame_store(Half("g", 1, make_video()), FrameSpec())
    with pytest.raises(MissingFrameError, match=r"frame at 0\.013 s does not decode"):
        store.jpegs([0, 13])


def test_damage_in_the_middle_costs_its_own_frames_only(make_video):
    path = make_video(times_ms=range(0, 20_000, 40), size=(320, 240))
    content = bytearray(path.read_bytes())
    middle = len(content) // 2
    content[middle : middle + 400] = os.urandom(400)
    path.write_bytes(content)
    half = Half("g", 1, path)
    store = open_frame_store(half, FrameSpec(fps=25))
    assert 300 < len(store) <= 500


KILLED_AT_20 = """
import os, pathlib, sys, touchline.video.frame_store.writer as b
from touchline.games import Half
from touchline.video import FrameSpec, open_frame_store
decode = b.decode_jpegs
def dying(*a):
    for n, f in enumerate(decode(*a)):
        if n == 20: os.kill(os.getpid(), 9)
        yield f
b.decode_jpegs = dying
half, cache = Half("g", 1, pathlib.Path(sys.argv[1])), pathlib.Path(sys.argv[2])
len(open_frame_store(half, FrameSpec(), cache))
"""


def test_a_writer_that_is_killed_is_replaced_by_the_next_one(make_video, tmp_path):
    path = make_video(times_ms=range(0, 40_000, 40), size=(640, 480))
    cache = tmp_path / "cache"
    killed = subprocess.run([sys.executable, "-c", KILLED_AT_20, path, cache], check=False)
    assert killed.returncode == -9
    (part,) = cache.glob("*.frames*")
    assert part.suffix == ".part"
    assert part.stat().st_size > 0
    store = open_frame_store(Half("g", 1, path), FrameSpec(), cache)
    assert len(store) == 200
    assert [one.name for one in cache.iterdir()] == [store.path.name]
