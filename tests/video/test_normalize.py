from fractions import Fraction
from itertools import pairwise

import av
import numpy as np
import pytest
from hypothesis import given, strategies as st

from tests.support.videos import write_video
from touchline.errors import UserError
from touchline.video import probe_video
from touchline.video.normalize import (
    NormalizeSettings,
    largest_videos,
    normalize_video,
    normalized_path,
    ticks_between,
)

NORMAL = NormalizeSettings(fps=25, height=32)


def quiet(done, total):
    return


def with_sound(path, seconds=3):
    """30 frames a second, from 5 s on the file's clock, with a tone."""
    with av.open(str(path), "w") as container:
        video = container.add_stream("libx264", rate=30)
        video.width, video.height, video.pix_fmt = 64, 48, "yuv420p"
        audio = container.add_stream("aac", rate=22050)
        audio.layout = "mono"
        for number in range(30 * seconds):
            pixels = np.full((48, 64, 3), 10 + number, dtype=np.uint8)
            frame = av.VideoFrame.from_ndarray(pixels, format="rgb24")
            frame.pts, frame.time_base = 150 + number, Fraction(1, 30)
            container.mux(video.encode(frame))
        wave = np.sin(np.arange(22050 * seconds) / 5).astype(np.float32)[None]
        for start in range(0, wave.shape[1], 1024):
            piece = np.ascontiguousarray(wave[:, start : start + 1024])
            block = av.AudioFrame.from_ndarray(piece, format="fltp", layout="mono")
            block.sample_rate, block.time_base = 22050, Fraction(1, 22050)
            block.pts = 5 * 22050 + start
            container.mux(audio.encode(block))
        container.mux(video.encode(None))
        container.mux(audio.encode(None))
    return path


def shown(path):
    """Mean brightness of each frame, by its time."""
    with av.open(str(path)) as container:
        return {
            round(float(frame.pts * frame.time_base) * 1000): frame.to_ndarray(format="gray").mean()
            for frame in container.decode(video=0)
        }


def test_rate_and_size_are_as_asked_and_the_sound_is_kept(tmp_path):
    source = with_sound(tmp_path / "a.mkv")
    before = source.read_bytes()
    copy = tmp_path / "out" / "a.mkv"
    assert normalize_video(source, copy, NORMAL, quiet)
    facts = probe_video(copy)
    assert facts.height == 32 and facts.width == 42
    assert np.array_equal(facts.frame_times_ms, np.arange(75) * 40)
    with av.open(str(copy)) as container:
        sound = sum(frame.samples for frame in container.decode(audio=0))
        assert container.streams.audio[0].codec_context.name == "aac"
    assert abs(sound - 3 * 22050) < 3000
    assert source.read_bytes() == before


def test_each_moment_shows_what_the_original_showed(tmp_path):
    source = write_video(tmp_path / "v.mkv", [0, 30, 100, 110, 500, 540, 580])
    copy = tmp_path / "out.mkv"
    normalize_video(source, copy, NORMAL, quiet)
    levels = shown(copy)
    order = [levels[time] for time in (0, 40, 120, 480, 520)]
    assert order == sorted(order)
    assert levels[160] == pytest.approx(levels[480], abs=1.5)


def test_a_hole_stays_a_hole(tmp_path):
    times = [*range(0, 2000, 40), *range(10_000, 12_000, 40)]
    source = write_video(tmp_path / "hole.mkv", times)
    copy = tmp_path / "out.mkv"
    normalize_video(source, copy, NORMAL, quiet)
    gaps = np.diff(probe_video(copy).frame_times_ms)
    assert gaps.max() > 7000 and (gaps > 40).sum() == 1


@given(
    times=st.lists(st.integers(0, 5000), min_size=2, max_size=40, unique=True).map(sorted),
    fps=st.integers(1, 60),
)
def test_every_tick_is_shown_once_and_in_order(times, fps):
    ticks = [tick for time, after in pairwise(times) for tick in ticks_between(time, after, fps)]
    assert ticks == sorted(set(ticks))


def test_a_finished_copy_is_not_made_again_and_another_file_is_left_alone(tmp_path):
    source = write_video(tmp_path / "v.mkv", range(0, 400, 40))
    copy = tmp_path / "out.mkv"
    assert normalize_video(source, copy, NORMAL, quiet)
    made = copy.stat().st_mtime_ns
    assert not normalize_video(source, copy, NORMAL, quiet)
    assert copy.stat().st_mtime_ns == made
    with pytest.raises(UserError, match="not made from"):
        normalize_video(source, copy, NormalizeSettings(fps=10), quiet)
    with pytest.raises(UserError, match="not made from"):
        normalize_video(source, source, NORMAL, quiet)


def test_halves_are_named_by_their_height_and_labels_come_along(tmp_path):
    game = tmp_path / "data/league/season/game"
    for name in ("1_224p.mkv", "1_720p.mkv", "2_720p.mkv"):
        write_video(game / name, range(0, 200, 40))
    (game / "Labels-v2.json").write_text("{}")
    videos = largest_videos(tmp_path / "data")
    assert [video.name for video in videos] == ["1_720p.mkv", "2_720p.mkv"]
    copy = normalized_path(videos[0], tmp_path / "data", tmp_path / "out", NORMAL)
    assert copy == tmp_path / "out/league/season/game/1_32p.mkv"
    normalize_video(videos[0], copy, NORMAL, quiet)
    assert (copy.parent / "Labels-v2.json").read_text() == "{}"


def test_a_broken_original_leaves_no_copy(tmp_path):
    broken = tmp_path / "b.mkv"
    broken.write_bytes(b"not a video")
    with pytest.raises(UserError, match="not a video"):
        normalize_video(broken, tmp_path / "out.mkv", NORMAL, quiet)
    assert list(tmp_path.iterdir()) == [broken]
