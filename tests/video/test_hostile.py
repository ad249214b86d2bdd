"""Files that a person's disk may hold: each ends in frames or in one sentence."""

import io
import sys
import time
from fractions import Fraction

import av
import numpy as np
import pytest
from PIL import Image

from touchline.errors import UserError
from touchline.games import Half
from touchline.video import FrameSpec, MissingFrameError, cut_windows, open_frame_store, probe_video
from touchline.video.watchdog import Watchdog, run_watched

PROBING = sys.modules["touchline.video.probe"]


def frames_of(path, recipe):
    """Every frame that a recipe takes and that decodes, by its time."""
    half = Half("g", 1, path)
    store = open_frame_store(half, recipe)
    found = {}
    for window in cut_windows(half, recipe):
        for time_ms in window.frame_times_ms:
            try:
                (found[time_ms],) = store.jpegs([time_ms])
            except MissingFrameError as error:
                assert "does not decode" in str(error)
    assert len(store) == len(found)
    return found


def size_of(jpeg):
    return Image.open(io.BytesIO(jpeg)).size


def write(path, streams, frames=25):
    """A file with several streams: (codec, width, height) of each, of 25 grey pictures a second."""
    with av.open(str(path), "w") as container:
        opened = []
        for codec, width, height in streams:
            stream = container.add_stream(codec, rate=25)
            stream.width, stream.height = width, height
            stream.pix_fmt = "yuvj420p" if codec == "mjpeg" else "yuv420p"
            opened.append(stream)
        for number in range(frames):
            for shade, stream in enumerate(opened):
                grey = np.full((stream.height, stream.width, 3), 60 + 100 * shade, np.uint8)
                frame = av.VideoFrame.from_ndarray(grey, format="rgb24")
                frame.pts, frame.time_base = number, Fraction(1, 25)
                container.mux(stream.encode(frame))
        for stream in opened:
            container.mux(stream.encode(None))
    return path


@pytest.mark.parametrize("suffix", [".mkv", ".mp4", ".ts", ".avi"])
def test_a_file_cut_off_at_every_tenth_gives_its_frames_or_one_sentence(
    make_video, tmp_path, suffix
):
    path = make_video(f"whole{suffix}", range(0, 10_000, 40), size=(160, 120))
    content = path.read_bytes()
    whole = frames_of(path, FrameSpec(fps=2))
    found = 0
    for tenth in range(10):
        cut = tmp_path / f"{tenth}{suffix}"
        cut.write_bytes(content[: len(content) * tenth // 10])
        try:
            found += len(frames_of(cut, FrameSpec(fps=2)))
        except UserError as error:
            assert str(error).count(". ") == 0
            assert cut.name in str(error)
    assert len(whole) == 20
    # MP4 has its index at the end: nothing of a part of it can be read.
    assert found == 0 if suffix == ".mp4" else found > 40


@pytest.mark.parametrize("size", [(2, 2), (7680, 4320)])
def test_the_smallest_and_the_largest_pictures(tmp_path, size):
    path = write(tmp_path / "a.mkv", [("mpeg4" if size[0] == 2 else "mjpeg", *size)], frames=2)
    (jpeg,) = frames_of(path, FrameSpec(fps=1, height=224)).values()
    assert size_of(jpeg) == ((2, 2) if size[0] == 2 else (398, 224))


def test_one_pixel(tmp_path):
    path = write(tmp_path / "a.avi", [("mjpeg", 1, 1)], frames=5)
    assert {size_of(jpeg) for jpeg in frames_of(path, FrameSpec(fps=25)).values()} == {(1, 1)}


def test_pictures_too_large_to_decode_are_one_sentence(tmp_path, monkeypatch):
    monkeypatch.setattr(PROBING, "_MOST_PIXELS", 100)
    path = write(tmp_path / "a.mkv", [("mpeg4", 32, 32)], frames=2)
    with pytest.raises(UserError, match="32 x 32 pixels, more than can be decoded"):
        probe_video(path)


def test_more_frames_than_any_half_has_are_one_sentence(tmp_path, monkeypatch):
    monkeypatch.setattr(PROBING, "_MOST_FRAMES", 10)
    path = write(tmp_path / "a.mkv", [("mpeg4", 32, 32)], frames=12)
    with pytest.raises(UserError, match="more than 10 frames"):
        probe_video(path)


def test_no_sound_no_matter(tmp_path):
    assert len(frames_of(write(tmp_path / "a.mkv", [("mpeg4", 32, 32)]), FrameSpec(fps=5))) == 5


@pytest.mark.parametrize(("step_ms", "count"), [(1000, 10), (25 / 6, 240)])
def test_one_frame_a_second_and_240(make_video, step_ms, count):
    path = make_video(times_ms=[round(n * step_ms) for n in range(count)])
    found = frames_of(path, FrameSpec(fps=5))
    assert len(found) == (10 if step_ms == 1000 else 5)
    assert len(frames_of(path, FrameSpec(fps=240))) >= count * 0.95


def test_of_two_pictures_at_once_the_first_is_taken(tmp_path):
    path = write(tmp_path / "a.mkv", [("mpeg4", 64, 32), ("mpeg4", 32, 64)])
    found = frames_of(path, FrameSpec(fps=5))
    assert {size_of(jpeg) for jpeg in found.values()} == {(64, 32)}
    assert len(found) == 5


def with_cover(path, source=None):
    """A file with a picture of its cover, and a copy of the video of another file if there is."""
    picture = io.BytesIO()
    Image.new("RGB", (16, 16), "red").save(picture, "PNG")
    with av.open(str(path), "w") as container:
        cover = container.add_stream("png")
        cover.width, cover.height, cover.pix_fmt = 16, 16, "rgb24"
        cover.disposition = av.stream.Disposition.attached_pic
        sound = container.add_stream("aac", rate=44100)
        packet = av.Packet(picture.getvalue())
        packet.stream, packet.pts, packet.dts = cover, 0, 0
        if source is not None:
            with av.open(str(source)) as read:
                stream = container.add_stream_from_template(read.streams.video[0])
                for one in read.demux(video=0):
                    if one.size:
                        one.stream = stream
                        container.mux(one)
        silence = av.AudioFrame.from_ndarray(np.zeros((1, 1024), np.float32), "fltp", "mono")
        silence.sample_rate = 44100
        container.mux(packet)
        container.mux(sound.encode(silence))
        container.mux(sound.encode(None))
    return path


def test_a_cover_picture_is_not_the_video(make_video, tmp_path):
    path = with_cover(tmp_path / "cover.mp4", make_video("plain.mp4", size=(64, 48)))
    with av.open(str(path)) as container:
        assert len(container.streams.video) == 2
    found = frames_of(path, FrameSpec(fps=5))
    assert {size_of(jpeg) for jpeg in found.values()} == {(64, 48)}
    assert len(found) == 20


def test_sound_with_a_cover_picture_has_no_video(tmp_path):
    path = with_cover(tmp_path / "cover.mp4")
    with av.open(str(path)) as container:
        assert len(container.streams.video) == 1
    with pytest.raises(UserError, match=r"cover\.mp4 has no video stream"):
        probe_video(path)


def test_a_clock_that_jumps_back_ends_in_frames(tmp_path):
    """A recorder that was restarted: the second half of the file counts from 0 again."""
    path = tmp_path / "a.ts"
    with av.open(str(path), "w") as container:
        stream = container.add_stream("mpeg2video", rate=25)
        stream.width, stream.height, stream.pix_fmt = 64, 48, "yuv420p"
        for number in range(50):
            grey = np.full((48, 64, 3), 50 + number * 3, np.uint8)
            frame = av.VideoFrame.from_ndarray(grey, format="rgb24")
            frame.pts, frame.time_base = number, Fraction(1, 25)
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    twice = tmp_path / "twice.ts"
    twice.write_bytes(path.read_bytes() * 2)
    found = frames_of(twice, FrameSpec(fps=5))
    assert len(found) >= 10
    assert list(found) == sorted(found)


def test_garbage_behind_a_good_head_ends_in_frames_or_one_sentence(make_video):
    path = make_video(times_ms=range(0, 4000, 40), size=(160, 120))
    content = bytearray(path.read_bytes())
    draw = np.random.default_rng(3)
    for _ in range(8):
        spoilt = bytearray(content)
        for place in draw.integers(600, len(content), 60):
            spoilt[place] = draw.integers(0, 256)
        path.write_bytes(spoilt)
        try:
            assert len(frames_of(path, FrameSpec(fps=5))) <= 20
        except UserError as error:
            assert path.name in str(error)


def test_reading_that_hangs_is_given_up(make_video, monkeypatch):
    path = make_video()
    monkeypatch.setattr(PROBING, "READ_SECONDS", 0.2)
    monkeypatch.setattr(PROBING, "whole_packets", lambda *arguments: time.sleep(5) or iter(()))
    before = time.monotonic()
    with pytest.raises(UserError, match=r"video\.mkv made no progress for 0\.2 s"):
        probe_video(path)
    assert time.monotonic() - before < 4


def test_a_process_that_was_stopped_itself_has_not_waited(monkeypatch):
    """A batch system stops a job for ten minutes; then it goes on."""
    now = [0.0]
    monkeypatch.setattr("touchline.video.watchdog.time.monotonic", lambda: now[0])
    watchdog = Watchdog()
    for moment in (1, 2, 600):
        now[0] = moment
        watchdog.check("reading", 10)
    watchdog.beat()
    for moment in range(601, 611):
        now[0] = moment
        watchdog.check("reading", 10)
    now[0] = 612
    with pytest.raises(UserError, match="made no progress for 10 s"):
        watchdog.check("reading", 10)


def test_work_that_goes_on_is_not_given_up_and_its_errors_are_told():
    def slow(beat):
        for _ in range(10):
            time.sleep(0.05)
            beat()
        return "done"

    def broken(beat):
        raise ValueError("no")

    assert run_watched(slow, "slow work", 0.3) == "done"
    with pytest.raises(ValueError, match="no"):
        run_watched(broken, "broken work", 0.3)


def test_a_clock_that_leaps_by_years_is_one_sentence(make_video):
    path = make_video(times_ms=[0, 40, 80, 1 << 38])
    with pytest.raises(UserError, match=r"says that it lasts 76355 hours"):
        probe_video(path)
