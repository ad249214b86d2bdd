"""Videos that a browser cannot play as they are."""

from pathlib import Path
from typing import Any

import av
import pytest

from touchline.errors import UserError
from touchline.video import probe_video
from touchline.view.media import playable


def times_of(path: Path) -> list[int]:
    return probe_video(path).frame_times_ms.tolist()


def test_matroska_becomes_mp4_with_the_same_times(make_video: Any) -> None:
    video = make_video("a.mkv", [0, 40, 90, 120, 1000, 1040, 5000], b_frames=2)
    made = playable(video)
    assert made.suffix == ".mp4"
    assert times_of(made) == pytest.approx(times_of(video), abs=1)
    before = made.stat().st_mtime_ns
    assert playable(video) == made
    assert made.stat().st_mtime_ns == before


def test_a_file_that_starts_late_starts_at_zero(make_video: Any) -> None:
    video = make_video("late.mkv", range(7000, 9000, 40))
    with av.open(str(playable(video))) as container:
        assert (container.start_time or 0) == 0
    assert times_of(playable(video)) == pytest.approx(times_of(video), abs=1)


def test_the_demo_keeps_its_sound(demo_match: Path) -> None:
    video = sorted(demo_match.glob("*/*/*/1_*"))[0]
    with av.open(str(playable(video))) as container:
        assert container.streams.audio[0].codec_context.name == "aac"


def test_mp4_is_served_as_it_is(make_video: Any) -> None:
    video = make_video("a.mp4")
    assert playable(video) == video


def test_a_video_that_breaks_off_plays_as_far_as_it_goes(make_video: Any) -> None:
    video = make_video("cut.mkv", range(0, 20_000, 40), size=(320, 240))
    video.write_bytes(video.read_bytes()[: video.stat().st_size // 2])
    assert 0 < len(times_of(playable(video))) <= len(times_of(video))


def test_pictures_that_no_browser_plays_are_a_sentence(make_video: Any) -> None:
    with pytest.raises(UserError, match="is encoded as mpeg4"):
        playable(make_video("old.avi", codec="mpeg4"))
