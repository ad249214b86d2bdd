"""Cutting, scaling, masking and stamping, seen in the JPEG files that a model is given."""

import io
from fractions import Fraction

import av
import numpy as np
import pytest
from hypothesis import given, strategies as st
from PIL import Image

from touchline.games import Half
from touchline.video import FrameSpec, frame_facts, open_frame_store
from touchline.video.pixels import scaled_size

RED, GREEN, BLUE, WHITE = (220, 20, 20), (20, 200, 20), (20, 20, 220), (235, 235, 235)


@pytest.fixture
def quarters(tmp_path):
    """A video of 160 x 96 whose quarters are red, green, blue and white."""
    picture = np.zeros((96, 160, 3), np.uint8)
    picture[:48, :80], picture[:48, 80:] = RED, GREEN
    picture[48:, :80], picture[48:, 80:] = BLUE, WHITE
    path = tmp_path / "quarters.mkv"
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=25, options={"crf": "8"})
        stream.width, stream.height, stream.pix_fmt = 160, 96, "yuv420p"
        for number in range(50):
            frame = av.VideoFrame.from_ndarray(picture, format="rgb24")
            frame.pts, frame.time_base = number, Fraction(1, 25)
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return Half("g", 1, path)


def shown(half, time_ms=0, **recipe):
    (jpeg,) = open_frame_store(half, FrameSpec(**recipe)).jpegs([time_ms])
    return np.asarray(Image.open(io.BytesIO(jpeg)).convert("RGB")).astype(int)


def near(pixel, colour):
    return np.abs(np.asarray(pixel) - colour).max() < 40


def test_a_crop_keeps_its_part_of_the_picture(quarters):
    picture = shown(quarters, crop=(0.5, 0.0, 0.5, 0.5))
    assert picture.shape == (48, 80, 3)
    assert all(near(picture[y, x], GREEN) for y in (4, 44) for x in (4, 76))


def test_the_height_is_that_of_what_is_kept(quarters):
    assert shown(quarters, crop=(0.0, 0.5, 1.0, 0.5), height=24).shape == (24, 80, 3)
    assert shown(quarters, crop=(0.0, 0.5, 1.0, 0.5), height=480).shape == (48, 160, 3)


def test_a_mask_blackens_its_part_and_no_other(quarters):
    picture = shown(quarters, mask=((0.0, 0.0, 0.5, 0.5),))
    assert picture[:46, :78].max() < 30
    assert near(picture[10, 100], GREEN)
    assert near(picture[80, 10], BLUE)


def test_a_mask_is_of_the_whole_picture_also_under_a_crop(quarters):
    picture = shown(quarters, mask=((0.5, 0.5, 0.5, 0.5),), crop=(0.25, 0.5, 0.5, 0.5))
    assert near(picture[20, 10], BLUE)
    assert picture[10:, 50:].max() < 30


def test_a_stamp_is_in_the_top_left_corner_and_tells_the_time(quarters):
    plain, early, late = (
        shown(quarters),
        shown(quarters, 0, stamp=True),
        shown(quarters, 1000, stamp=True),
    )
    changed = np.abs(early - plain).max(axis=2) > 60
    rows, columns = np.nonzero(changed)
    assert 4 < rows.max() < 40
    assert columns.max() < 80
    assert np.abs(early - late).max() > 100  # 0:00.0 and 0:01.0


@given(
    st.integers(1, 4000),
    st.integers(1, 4000),
    st.one_of(st.none(), st.integers(16, 2000)),
    st.integers(256, 10**7),
)
def test_max_pixels_and_height_are_kept_and_nothing_grows(width, height, wanted, most):
    made = scaled_size(width, height, FrameSpec(height=wanted, max_pixels=most))
    assert made[0] <= width
    assert made[1] <= min(height, wanted or height)
    assert made[0] * made[1] <= max(most, *made)


def test_a_picture_that_lies_on_its_side_is_turned_upright(quarters, tmp_path):
    """As a phone writes it: the pixels lie, and a display matrix says so."""
    turned = tmp_path / "turned.mp4"
    with av.open(str(quarters.video)) as source, av.open(str(turned), "w") as target:
        stream = target.add_stream_from_template(source.streams.video[0])
        stream.set_display_rotation(90)
        for packet in source.demux(video=0):
            if packet.size:
                packet.stream = stream
                target.mux(packet)
    picture = shown(Half("g", 1, turned))
    assert picture.shape == (160, 96, 3)
    # Turned by a quarter against the clock: what was on the right is on top.
    assert near(picture[10, 10], GREEN)
    assert near(picture[10, 90], WHITE)
    assert near(picture[150, 10], RED)
    assert near(picture[150, 90], BLUE)


@pytest.mark.parametrize(
    "change",
    [
        {"height": 100},
        {"max_pixels": 1000},
        {"crop": (0.0, 0.0, 0.5, 0.5)},
        {"mask": ((0.0, 0.0, 0.5, 0.5),)},
        {"stamp": True},
        {"decoding": "fast"},
    ],
)
def test_what_changes_pixels_is_among_the_facts(change):
    plain = frame_facts(FrameSpec())
    assert frame_facts(FrameSpec.model_validate(change)) != plain
    assert frame_facts(FrameSpec(fps=1, window=0.001, stride=0.001)) == plain
