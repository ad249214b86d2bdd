"""Whatever a container does with its clock: the times of frames are ffprobe's, from the start."""

import json
import shutil
import subprocess

import av
import pytest

from tests.support.videos import write_video
from touchline.games import Half
from touchline.video import FrameSpec, cut_windows, probe_video
from touchline.video.verify import verify_video

needs_ffmpeg = pytest.mark.skipif(
    shutil.which("ffmpeg") is None or shutil.which("ffprobe") is None,
    reason="SKIPPED: ffmpeg and ffprobe are not installed here",
)
X264 = ["-c:v", "libx264", "-g", "12", "-bf", "2"]
CASES = {
    "matroska.mkv": X264,
    "starts at 40 s.mkv": [*X264, "-output_ts_offset", "40"],
    "starts at 40 s.webm": ["-c:v", "libvpx", "-output_ts_offset", "40"],
    "starts at 40 s.nut": [*X264, "-output_ts_offset", "40"],
    "starts at 40 s.mp4": [*X264, "-output_ts_offset", "40"],
    "starts at 40 s.flv": [*X264, "-output_ts_offset", "40"],
    "starts at 40 s.ts": [*X264, "-output_ts_offset", "40"],
    "negative start.mp4": [*X264, "-output_ts_offset", "-1", "-avoid_negative_ts", "disabled"],
    "interlaced.ts": ["-c:v", "mpeg2video", "-flags", "+ilme+ildct", "-g", "12", "-bf", "2"],
    "interlaced.mp4": [*X264, "-flags", "+ilme+ildct"],
    "33 bits wrap.ts": [*X264, "-output_ts_offset", str((1 << 33) / 90_000 - 2)],
    "avi.avi": ["-c:v", "mpeg4", "-g", "12"],
    "mov.mov": X264,
}


def quiet(done, total):
    return


def ffmpeg(*arguments):
    subprocess.run(["ffmpeg", "-v", "error", "-y", *map(str, arguments)], check=True)


def make(path, *options):
    source = "testsrc=size=64x48:rate=25:duration=4"
    ffmpeg("-f", "lavfi", "-i", source, "-pix_fmt", "yuv420p", *options, path)
    return path


def ffprobe_times_ms(path):
    """Times of all frames that FFmpeg shows, from the start of the file's clock."""
    entries = "frame=best_effort_timestamp_time:format=start_time"
    command = ["ffprobe", "-v", "error", "-select_streams", "v:0", "-show_entries", entries]
    done = subprocess.run(
        [*command, "-of", "json", str(path)], check=True, capture_output=True, text=True
    )
    found = json.loads(done.stdout)
    start_s = float(found["format"].get("start_time", 0))
    shown = (float(one["best_effort_timestamp_time"]) for one in found["frames"])
    return sorted({round(1000 * (time_s - start_s)) for time_s in shown})


@needs_ffmpeg
@pytest.mark.parametrize("name", CASES)
def test_times_are_those_of_ffprobe(tmp_path, name):
    path = make(tmp_path / name, *CASES[name])
    facts = probe_video(path)
    assert facts.frame_times_ms.tolist() == pytest.approx(ffprobe_times_ms(path), abs=1)
    assert len(facts.frame_times_ms) == (75 if name.startswith("negative") else 100)
    assert facts.claimed_ms == facts.duration_ms == facts.frame_times_ms[-1] + 40


@needs_ffmpeg
def test_an_edit_list_hides_what_it_cuts_off(tmp_path):
    make(tmp_path / "whole.mp4", *X264)
    ffmpeg("-ss", "1.3", "-i", tmp_path / "whole.mp4", "-c", "copy", tmp_path / "cut.mp4")
    facts = probe_video(tmp_path / "cut.mp4")
    assert facts.frame_times_ms.tolist() == pytest.approx(
        ffprobe_times_ms(tmp_path / "cut.mp4"), abs=1
    )
    assert len(facts.frame_times_ms) < 75


def copied(source, target, wanted=lambda number, packet: True):
    """The packets of a video that are wanted, in another file."""
    with av.open(str(source)) as read, av.open(str(target), "w") as written:
        stream = read.streams.video[0]
        copy = written.add_stream_from_template(stream)
        for number, packet in enumerate(read.demux(stream)):
            if packet.dts is not None and wanted(number, packet):
                packet.stream = copy
                written.mux(packet)
    return target


def test_a_clock_that_restarts_hides_frames_which_are_not_covered(tmp_path):
    """Two recordings joined byte by byte: the second has the times of the first."""
    part = copied(write_video(tmp_path / "v.mkv", range(0, 4000, 40)), tmp_path / "part.ts")
    path = tmp_path / "joined.ts"
    path.write_bytes(part.read_bytes() * 2)
    facts = probe_video(path)
    assert len(facts.frame_times_ms) == 100
    assert facts.packets.hidden == 100
    assert (facts.duration_ms, facts.claimed_ms) == (4000, 8000)
    windows = cut_windows(Half("g", 1, path), FrameSpec(fps=1, window=2))
    assert [bool(one.frame_times_ms) for one in windows] == [True, True, False, False]
    checked = verify_video(path, quiet)
    assert checked.broken == ((4000, 8000),)
    assert checked.covered_ms == 4000


def test_a_whole_file_does_not_break_off_because_its_clock_starts_late(tmp_path):
    path = write_video(tmp_path / "late.mkv", range(40_000, 44_000, 40))
    assert probe_video(path).claimed_ms == probe_video(path).duration_ms == 4000
    assert verify_video(path, quiet).broken == ()


def test_a_file_that_starts_late_and_breaks_off_says_so(tmp_path):
    path = write_video(tmp_path / "late.mkv", range(40_000, 60_000, 40), size=(320, 240))
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    facts = probe_video(path)
    assert facts.claimed_ms == pytest.approx(20_000, abs=50)
    assert facts.duration_ms < 15_000


@needs_ffmpeg
def test_frames_whose_reference_is_missing_are_concealed_and_not_whole(tmp_path):
    whole = make(tmp_path / "v.mkv", "-c:v", "libx264", "-g", "12", "-bf", "0")
    damaged = copied(
        whole, tmp_path / "d.mkv", lambda number, packet: packet.is_keyframe or number % 12 != 2
    )
    assert verify_video(whole, quiet).concealed == 0
    checked = verify_video(damaged, quiet)
    assert checked.concealed > 0
    assert checked.covered_ms <= checked.claimed_ms - 40 * checked.concealed
