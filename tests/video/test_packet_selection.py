"""What is left out of a decoding pass must not be seen in the pictures."""

import av
import numpy as np
import pytest

from tests.support.moving import write_moving
from touchline.video import Decoding, probe_video
from touchline.video.decode import decode_frames
from touchline.video.packet_selection import DecodeEffort, decode_efforts
from touchline.video.probe import NO_TIME, Packets
from touchline.video.sample_times import sample_times

VIDEOS = {
    "no B-frames": ("a.mkv", "libx264", {"preset": "veryfast"}, 0),
    "B-frames predicted from": ("a.mp4", "libx264", {"x264-params": "b-pyramid=normal"}, 4),
    "open groups": ("a.mkv", "libx264", {"x264-params": "open-gop=1:keyint=24:scenecut=0"}, 3),
    "transport stream": ("a.ts", "libx264", {"x264-params": "open-gop=1:keyint=24"}, 3),
    "no key frames": ("a.mkv", "libx264", {"x264-params": "intra-refresh=1:keyint=24"}, 0),
    "interlaced": ("a.mkv", "libx264", {"x264-params": "tff=1"}, 2),
    "HEVC": ("a.mkv", "libx265", {"x265-params": "log-level=none:bframes=4"}, 4),
    "VP9": ("a.webm", "libvpx-vp9", {"deadline": "realtime", "cpu-used": "8"}, 0),
    "MPEG-2": ("a.ts", "mpeg2video", {}, 2),
    "MPEG-4 in AVI": ("a.avi", "mpeg4", {}, 2),
}


def planes(frame):
    return frame.to_ndarray().tobytes()


@pytest.mark.parametrize("name", VIDEOS)
def test_what_a_short_pass_gives_is_what_a_full_pass_gives(tmp_path, name):
    file, codec, options, b_frames = VIDEOS[name]
    if codec not in av.codecs_available:
        pytest.skip(f"SKIPPED FOR WANT OF AN ENCODER: {codec}")
    path = write_moving(tmp_path / file, codec=codec, options=options, b_frames=b_frames)
    every = probe_video(path).frame_times_ms
    full = {time_ms: planes(frame) for time_ms, frame in decode_frames(path, every)}
    assert len(full) >= 145
    for fps in (0.5, 1, 2.5, 5, 16):
        wanted = sample_times(every, fps)
        short = {time_ms: planes(frame) for time_ms, frame in decode_frames(path, wanted)}
        assert short == {time_ms: full[time_ms] for time_ms in wanted.tolist() if time_ms in full}


def test_a_sparse_recipe_leaves_most_packets_out(tmp_path):
    facts = probe_video(write_moving(tmp_path / "a.mkv", b_frames=3))
    plan = decode_efforts(facts.packets, sample_times(facts.frame_times_ms, 0.5), "h264")
    assert np.count_nonzero(plan == DecodeEffort.FULL) == 3
    assert np.count_nonzero(plan == DecodeEffort.DROP) > 100
    plan = decode_efforts(facts.packets, facts.frame_times_ms, "h264")
    assert (plan == DecodeEffort.FULL).all()


def test_a_group_is_decoded_to_the_last_frame_asked_for_and_whole_for_what_leads_the_next():
    #  decoding order: key 0, 40, 80 | key 200, leading 120 and 160, 240, 280
    times = np.array([0, 40, 80, 200, 120, 160, 240, 280])
    packets = Packets(times, np.isin(times, [0, 200]))
    plan = decode_efforts(packets, np.array([40]), "h264").tolist()
    assert plan == [1, 2, 0, 0, 0, 0, 0, 0]
    plan = decode_efforts(packets, np.array([160]), "h264").tolist()
    assert plan == [1, 1, 1, 1, 1, 2, 0, 0]
    assert decode_efforts(packets, np.array([160]), "hevc").tolist() == [2, 2, 2, 2, 2, 2, 0, 0]


def test_nothing_is_left_out_where_times_are_unknown_or_the_codec_is():
    packets = Packets(np.array([0, NO_TIME, 80]), np.array([True, False, False]))
    assert decode_efforts(packets, np.array([0]), "h264").tolist() == [2, 2, 2]
    known = Packets(np.array([0, 40, 80]), np.array([True, False, False]))
    assert decode_efforts(known, np.array([0]), "prores").tolist() == [2, 2, 2]
    assert decode_efforts(known, np.array([0]), "h264").tolist() == [2, 0, 0]


def test_fast_decoding_gives_the_same_frames_a_little_different(tmp_path):
    path = write_moving(tmp_path / "a.mkv", b_frames=2)
    times = sample_times(probe_video(path).frame_times_ms, 5)
    exact = {t: f.to_ndarray().astype(int) for t, f in decode_frames(path, times)}
    fast = {t: f.to_ndarray().astype(int) for t, f in decode_frames(path, times, Decoding.FAST)}
    assert fast.keys() == exact.keys()
    errors = [np.mean((exact[t] - fast[t]) ** 2) for t in exact]
    assert 0 < max(errors) < 255**2 / 10**3  # 30 dB
