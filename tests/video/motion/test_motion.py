"""Motion: flow, speeds, cuts and flow pictures, against pictures whose motion is known."""

import io
import sys

import av
import numpy as np
import pytest
from hypothesis import given, settings, strategies as st
from PIL import Image

from touchline.errors import UserError
from touchline.video import FrameSpec, frame_facts
from touchline.video.motion.flow import colour_wheel, dense_flow, flow_pictures
from touchline.video.motion.motion_curves import frame_difference, measure_motion, speeds
from touchline.video.motion.render_flow import render_frames
from touchline.video.motion.small_frames import small_frames


def texture(seed, size=(72, 128), detail=2.0, brightness=128):
    """A picture with detail of several pixels everywhere, so that motion can be seen."""
    from scipy.ndimage import gaussian_filter

    rough = np.random.default_rng(seed).standard_normal(size)
    smooth = gaussian_filter(rough, detail, mode="wrap")
    return np.clip(brightness + 50 * smooth / smooth.std(), 0, 255).astype(np.uint8)


def write_scene(path, pictures, fps=25):
    """A real video of grey pictures."""
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=fps, options={"crf": "18"})
        stream.height, stream.width = pictures[0].shape
        stream.pix_fmt = "yuv420p"
        for picture in pictures:
            frame = av.VideoFrame.from_ndarray(np.repeat(picture[..., None], 3, axis=2), "rgb24")
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path


@settings(max_examples=15, deadline=None)
@given(right=st.integers(-6, 6), down=st.integers(-5, 5), seed=st.integers(0, 50))
def test_flow_is_how_the_picture_moved(right, down, seed):
    before = texture(seed)
    flow = dense_flow(before, np.roll(before, (down, right), axis=(0, 1)))
    inside = flow[12:-12, 12:-12].reshape(-1, 2)
    assert np.median(inside, axis=0) == pytest.approx([right, down], abs=0.5)


def test_speeds_tell_the_camera_from_the_play():
    flow = np.zeros((72, 128, 2), dtype=np.float32)
    flow[..., 0] = 6.4
    assert speeds(flow, 0.2) == pytest.approx((0.25, 0.0), abs=1e-6)
    flow[:18] += (0.0, 12.8)
    camera, play = speeds(flow, 0.2)
    assert camera == pytest.approx(0.25)
    assert play == pytest.approx(12.8 / 4 / 128 / 0.2)


def test_frame_difference_is_the_mean_change():
    before = np.full((4, 4), 250, dtype=np.uint8)
    assert frame_difference(before, before) == 0
    assert frame_difference(before, before - 250) == 250


def test_the_colour_wheel_shows_direction_and_speed():
    flow = np.zeros((1, 5, 2), dtype=np.float32)
    flow[0, 1:] = [(5, 0), (-5, 0), (2.5, 0), (50, 0)]
    still, right, left, slow, fast = colour_wheel(flow, 5.0)[0].astype(int)
    assert list(still) == [255, 255, 255]
    assert list(right) == [255, 0, 0]
    assert list(left) == [0, 255, 255]
    assert list(fast) == list(right)
    assert list(slow) == pytest.approx([255, 127, 127], abs=2)


def test_flow_pictures_are_as_many_as_frames_and_the_last_looks_back():
    frame = np.repeat(texture(1)[..., None], 3, axis=2)
    frames = [frame, np.roll(frame, 4, axis=1), np.roll(frame, 8, axis=1)]
    drawn = flow_pictures(frames)
    assert len(drawn) == 3
    assert np.array_equal(drawn[1], drawn[2])
    red, green, blue = np.median(drawn[0][10:-10, 10:-10].reshape(-1, 3), axis=0)
    assert red == 255
    assert max(green, blue) < 120
    assert flow_pictures(frames[:1])[0].min() == 255
    assert flow_pictures([]) == []


def test_small_frames_are_the_sampled_ones_in_order(make_video):
    found = list(small_frames(make_video(size=(640, 360)), 5))
    assert [time for time, _ in found] == list(range(0, 4000, 200))
    assert found[0][1].shape == (72, 128, 3)


def test_cuts_and_curves_of_a_video(tmp_path):
    size = (180, 320)
    one, two, three = (texture(n, size, 12, 80 + 40 * n) for n in range(3))
    first = [np.roll(one, step, axis=1) for step in range(100)]
    third = [np.roll(three, step, axis=1) for step in range(100)]
    looked = measure_motion(write_scene(tmp_path / "cuts.mkv", [*first, *[two] * 100, *third]))
    assert list(looked.cuts_ms) == pytest.approx([4000, 8000], abs=200)
    times, camera = looked.camera.times_ms, looked.camera.values
    panning = (times > 400) & (times < 3800)
    standing = (times > 4400) & (times < 7800)
    assert np.median(camera[panning]) == pytest.approx(25 / 320, rel=0.15)
    assert np.median(camera[standing]) < 0.01
    activity = looked.activity().values
    assert activity[panning].mean() > 2 * activity[standing].mean()


def test_a_video_is_looked_at_once(make_video, monkeypatch):
    path = make_video()
    first = measure_motion(path)
    monkeypatch.setattr("touchline.video.motion.motion_curves.small_frames", None)
    assert np.array_equal(measure_motion(path).difference.values, first.difference.values)


@pytest.mark.parametrize("missing", ["cv2", "scenedetect"])
def test_without_the_extra_one_sentence_names_it(make_video, monkeypatch, missing):
    monkeypatch.setitem(sys.modules, missing, None)
    with pytest.raises(UserError, match=r"pip install .*\[motion\]'"):
        measure_motion(make_video())


def jpeg(picture):
    buffer = io.BytesIO()
    Image.fromarray(picture).save(buffer, "JPEG", quality=95)
    return buffer.getvalue()


def test_flow_is_shown_beside_or_instead_of_the_frames():
    frame = np.repeat(texture(1)[..., None], 3, axis=2)
    jpegs = [jpeg(np.roll(frame, 4 * step, axis=1)) for step in range(3)]
    assert render_frames(jpegs, FrameSpec()) == jpegs
    instead = [
        Image.open(io.BytesIO(one)) for one in render_frames(jpegs, FrameSpec(flow="instead"))
    ]
    beside = [Image.open(io.BytesIO(one)) for one in render_frames(jpegs, FrameSpec(flow="beside"))]
    assert [one.size for one in instead] == [(128, 72)] * 3
    assert [one.size for one in beside] == [(256, 72)] * 3
    left, right = (
        np.asarray(beside[0])[:, part].astype(int) for part in (slice(128), slice(128, 256))
    )
    assert np.abs(left - frame).mean() < 5
    assert np.median(right.reshape(-1, 3), axis=0)[0] > 240


def test_flow_is_part_of_how_pixels_are_made():
    plain, beside, instead = (
        frame_facts(FrameSpec(flow=flow)) for flow in (None, "beside", "instead")
    )
    assert plain == frame_facts(FrameSpec())
    assert len({str(one) for one in (plain, beside, instead)}) == 3
