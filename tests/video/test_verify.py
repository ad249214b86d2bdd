import pytest

from tests.support.videos import write_video
from touchline.video.verify import verify_video


def quiet(done, total):
    return


def test_a_whole_video_is_whole(make_video):
    health = verify_video(make_video(times_ms=range(0, 8000, 40)), quiet)
    assert (health.frames, health.fps, health.codec) == (200, 25.0, "h264")
    assert health.steady and health.sound is None and health.problem is None
    assert not health.gaps and not health.broken and health.covered_ms == health.claimed_ms == 8000


def test_a_hole_is_named(make_video):
    health = verify_video(make_video(times_ms=[*range(0, 2000, 40), *range(9000, 9400, 40)]), quiet)
    assert health.gaps == ((2000, 9000),)
    assert health.covered_ms == health.claimed_ms - 7000


def test_an_unsteady_rate_is_seen(make_video):
    times = [time + 15 * (time // 40 % 2) for time in range(0, 4000, 40)]
    assert not verify_video(make_video(times_ms=times), quiet).steady


def test_a_damaged_stretch_is_broken_and_the_rest_is_covered(tmp_path):
    path = write_video(
        tmp_path / "v.mkv", range(0, 20_000, 40), size=(320, 240), options={"crf": "5"}
    )
    data = bytearray(path.read_bytes())
    middle = len(data) // 2
    data[middle : middle + len(data) // 20] = b"\xff" * (len(data) // 20)
    path.write_bytes(data)
    health = verify_video(path, quiet)
    assert health.problem is None
    assert health.gaps or health.broken
    assert 0 < health.covered_ms < health.claimed_ms


def test_a_video_that_is_cut_off_is_broken_from_there(make_video):
    path = make_video(times_ms=range(0, 20_000, 40), size=(320, 240), options={"crf": "5"})
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    health = verify_video(path, quiet)
    assert health.broken and health.broken[-1][1] == health.claimed_ms == 20_000


@pytest.mark.parametrize("content", [b"", b"just text"])
def test_what_is_no_video_is_a_problem_and_not_an_error(tmp_path, content):
    path = tmp_path / "x.mkv"
    path.write_bytes(content)
    assert "not a video" in verify_video(path, quiet).problem
