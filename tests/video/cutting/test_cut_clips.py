"""Clips are copied, not encoded: the same pictures, from a key frame at or before the start."""

import av
import numpy as np
import pytest

from tests.support.videos import DEMO_MATCH, write_video
from touchline.errors import UserError
from touchline.video import clip_suffix, cut_clip, probe_video

TIMES = list(range(0, 8000, 40))
"""200 frames, with a key frame each 12."""


def codec_of(suffix):
    return "libvpx" if suffix == ".webm" else "libx264"


def pictures(path):
    with av.open(str(path)) as container:
        zero = (container.start_time or 0) / 1e6
        return [
            (
                round((frame.time - zero) * 1000),
                int(np.round(frame.to_ndarray(format="gray").mean())),
            )
            for frame in container.decode(video=0)
        ]


@pytest.mark.parametrize(
    ("suffix", "b_frames"),
    [(".mkv", 0), (".mkv", 2), (".mp4", 0), (".mp4", 2), (".mov", 2), (".ts", 2), (".webm", 0)],
)
@pytest.mark.parametrize(
    ("start_ms", "end_ms"), [(0, 1000), (2000, 3000), (3360, 3360), (7000, 99_000)]
)
def test_a_clip_has_the_pictures_of_its_stretch(tmp_path, suffix, b_frames, start_ms, end_ms):
    video = write_video(tmp_path / f"v{suffix}", TIMES, codec=codec_of(suffix), b_frames=b_frames)
    whole = pictures(video)
    clip = cut_clip(video, start_ms, end_ms, tmp_path / "out" / f"c{clip_suffix(video)}")
    keys = probe_video(video).key_times_ms
    assert clip.start_ms == max(key for key in keys if key <= start_ms)
    cut = pictures(clip.file)
    expected = [one for one in whole if one[0] >= clip.start_ms][: len(cut)]
    assert [grey for _, grey in cut] == [grey for _, grey in expected]
    assert cut[0][0] == 0
    times = [time + clip.start_ms for time, _ in cut]
    assert np.abs(np.subtract(times, [time for time, _ in expected])).max() <= 1
    assert clip.end_ms == expected[-1][0]
    assert min(end_ms, TIMES[-1]) <= clip.end_ms <= min(end_ms + 120, TIMES[-1])


def test_the_first_clip_begins_with_the_first_picture(tmp_path):
    """Sound often begins before the pictures, and the clock of the file with it."""
    (video,) = DEMO_MATCH.rglob("1_*.m*")
    first_ms = int(probe_video(video).frame_times_ms[0])
    assert first_ms > 0
    clip = cut_clip(video, 0, 1000, tmp_path / f"c{clip_suffix(video)}")
    assert clip.start_ms == first_ms


def test_sound_stays_beside_its_picture(tmp_path):
    (video,) = DEMO_MATCH.rglob("1_*.m*")
    clip = cut_clip(video, 20_000, 24_000, tmp_path / f"c{clip_suffix(video)}")
    with av.open(str(video)) as container:
        has_sound = bool(container.streams.audio)
    with av.open(str(clip.file)) as container:
        assert bool(container.streams.audio) == has_sound
        length_s = container.duration / 1e6
        assert abs(length_s - (clip.end_ms - clip.start_ms) / 1000) < 0.2
        if has_sound:
            sound = container.streams.audio[0]
            first = next(packet for packet in container.demux(sound) if packet.pts is not None)
            assert abs(float(first.pts * first.time_base)) < 0.1


def test_what_cannot_be_cut_is_said(tmp_path):
    video = write_video(tmp_path / "v.mkv", TIMES)
    with pytest.raises(UserError, match="not a video"):
        cut_clip(tmp_path / "none.mkv", 0, 1000, tmp_path / "c.mkv")
    with pytest.raises(UserError, match="ends before 90000 ms"):
        cut_clip(video, 90_000, 95_000, tmp_path / "late.mkv")
    assert [one.name for one in tmp_path.iterdir()] == ["v.mkv"]


def test_clips_are_in_the_container_of_the_video_or_matroska(tmp_path):
    assert clip_suffix(tmp_path / "v.MP4") == ".mp4"
    assert clip_suffix(tmp_path / "v.ts") == clip_suffix(tmp_path / "v.mkv") == ".mkv"
