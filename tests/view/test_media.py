"""Videos that a browser cannot play as they are."""

from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest

from touchline.errors import UserError
from touchline.video import probe_video
from touchline.view.media import copied_share, lost_sound, playable


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


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("old.avi", {"codec": "mpeg4"}),
        ("new.mp4", {"codec": "libx265", "times_ms": [0, 40, 90, 1000, 1040, 5000]}),
    ],
)
def test_pictures_that_no_browser_plays_are_encoded_again(
    make_video: Any, name: str, options: dict[str, Any]
) -> None:
    video = make_video(name, **options)
    assert 0 <= copied_share(video) <= 1
    made = playable(video)
    assert copied_share(video) == 1
    with av.open(str(made)) as container:
        assert container.streams.video[0].codec_context.name == "h264"
        assert container.streams.video[0].codec_context.pix_fmt == "yuv420p"
    assert times_of(made) == pytest.approx(times_of(video), abs=1)


def test_a_copy_that_fails_says_why_and_can_be_tried_again(make_video: Any) -> None:
    video = make_video("good.avi", codec="mpeg4")
    spoilt = video.with_name("spoilt.mkv")
    with av.open(str(video)) as source, av.open(str(spoilt), "w") as target:
        stream = target.add_stream_from_template(source.streams.video[0])
        for packet in source.demux(video=0):
            if packet.dts is not None:
                empty = av.Packet(bytes(40))
                empty.pts, empty.dts, empty.time_base = packet.pts, packet.dts, packet.time_base
                empty.stream = stream
                target.mux(empty)
    for _ in range(2):
        with pytest.raises(UserError, match=r"spoilt\.mkv has no frame that decodes"):
            playable(spoilt)


def test_sound_that_the_copy_cannot_hold_is_named(make_video: Any, demo_match: Path) -> None:
    """WAV's sound in Matroska: the copy is silent, and the page says so."""
    silent = make_video("silent.mkv", range(0, 2000, 40))
    assert lost_sound(silent) == ""
    spoken = silent.with_name("spoken.mkv")
    with av.open(str(silent)) as source, av.open(str(spoken), "w") as target:
        picture = target.add_stream_from_template(source.streams.video[0])
        sound = target.add_stream("pcm_s16le", rate=8000, layout="mono")
        for packet in source.demux(video=0):
            if packet.dts is not None:
                packet.stream = picture
                target.mux(packet)
        frame = av.AudioFrame.from_ndarray(np.zeros((1, 8000), np.int16), layout="mono")
        frame.rate = 8000
        target.mux(sound.encode(frame))
        target.mux(sound.encode(None))
    assert "without its sound: it is pcm_s16le" in lost_sound(spoken)
    kept = next(demo_match.rglob("1_224p.mkv"))
    assert lost_sound(kept) == ""
