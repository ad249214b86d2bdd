import av
import pytest

from touchline.errors import UserError
from touchline.video import probe_video


def test_every_frame_has_its_presentation_time_though_b_frames_are_stored_out_of_order(make_video):
    times = list(range(0, 4000, 40))
    assert probe_video(make_video(times_ms=times, b_frames=3)).frame_times_ms.tolist() == times


def test_a_29_97_video_does_not_drift(make_video):
    times = [round(n * 1001 / 30) for n in range(300)]
    facts = probe_video(make_video(times_ms=times))
    assert facts.frame_times_ms.tolist() == times
    assert facts.claimed_ms == facts.duration_ms


def test_the_clock_starts_where_the_file_starts(make_video):
    """A cut recording starts at 7 s of its own clock; players and labels count from its start."""
    facts = probe_video(make_video("cut.mp4", times_ms=range(7000, 9000, 40)))
    assert facts.frame_times_ms[0] == 0


def test_a_truncated_video_says_how_much_is_missing(make_video):
    path = make_video(times_ms=range(0, 20_000, 40), size=(320, 240))
    whole = probe_video(path)
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    cut = probe_video(path)
    assert 0 < cut.duration_ms < whole.duration_ms - 5000
    assert cut.claimed_ms == pytest.approx(whole.claimed_ms, abs=50)
    assert cut.claimed_ms > cut.duration_ms
    assert cut.fingerprint != whole.fingerprint


def test_the_fingerprint_is_of_the_content_not_of_the_name(make_video, tmp_path):
    path = make_video("a.mkv")
    copy = tmp_path / "b.mkv"
    copy.write_bytes(path.read_bytes())
    assert probe_video(path).fingerprint == probe_video(copy).fingerprint
    assert (
        probe_video(path).fingerprint
        != probe_video(make_video("c.mkv", range(0, 2000, 40))).fingerprint
    )


def test_a_large_file_is_sampled_at_both_ends_and_between(tmp_path):
    from touchline.video.probe import fingerprint

    path = tmp_path / "large"
    content = bytearray(24 << 20)
    path.write_bytes(content)
    known = {fingerprint(path, len(content))}
    for place in (0, len(content) - 1, len(content) * 10 // 66):
        content[place] = 1
        path.write_bytes(content)
        known.add(fingerprint(path, len(content)))
    assert len(known) == 4


@pytest.mark.parametrize("content", [b"", b"this is text\n" * 50, b"\x1aE\xdf\xa3" + b"\0" * 99])
def test_what_is_not_a_video_is_one_sentence(tmp_path, content):
    path = tmp_path / "fake.mkv"
    path.write_bytes(content)
    with pytest.raises(UserError, match=r"fake\.mkv (is not a video|has no video stream)"):
        probe_video(path)


def test_no_such_file_and_a_folder_are_one_sentence(tmp_path):
    with pytest.raises(UserError, match=r"none\.mkv cannot be read"):
        probe_video(tmp_path / "none.mkv")
    with pytest.raises(UserError, match="not a video"):
        probe_video(tmp_path)


def test_sound_alone_is_not_a_video(tmp_path):
    import av
    import numpy as np

    path = tmp_path / "sound.mkv"
    with av.open(str(path), "w") as container:
        stream = container.add_stream("aac", rate=44100)
        silence = np.zeros((1, 1024), dtype=np.float32)
        frame = av.AudioFrame.from_ndarray(silence, format="fltp", layout="mono")
        frame.sample_rate = 44100
        container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    with pytest.raises(UserError, match="has no video stream"):
        probe_video(path)


def test_sound_that_outlasts_the_picture_does_not_lengthen_it(tmp_path):
    """An MP4 says how long each of its streams is; where only sound goes on, nothing is missing."""
    path = tmp_path / "long.mp4"
    with av.open(str(path), "w") as container:
        picture = container.add_stream("libx264", rate=25)
        picture.width, picture.height, picture.pix_fmt = 64, 48, "yuv420p"
        sound = container.add_stream("aac", rate=8000)
        for _ in range(50):
            for packet in picture.encode(av.VideoFrame(64, 48, "yuv420p")):
                container.mux(packet)
        for number in range(80):
            frame = av.AudioFrame("fltp", "mono", 1024)
            frame.planes[0].update(bytes(4096))
            frame.sample_rate, frame.pts = 8000, 1024 * number
            for packet in sound.encode(frame):
                container.mux(packet)
        for stream in (picture, sound):
            for packet in stream.encode(None):
                container.mux(packet)
    facts = probe_video(path)
    assert facts.duration_ms == facts.claimed_ms == 2000


def test_a_raw_stream_is_named_as_what_it_is(make_video):
    with pytest.raises(UserError, match=r"has no times \(a raw stream"):
        probe_video(make_video("raw.h264"))
