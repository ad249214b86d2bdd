import numpy as np
import pytest
from hypothesis import given, strategies as st

from tests.support.moving import write_moving
from touchline.games import SOCCERNET_V2, Half
from touchline.prompts import build_messages, load_template
from touchline.video import Decoding, FrameSpec, cut_windows, open_frame_store, probe_video
from touchline.video.sample_times import sample_times
from touchline.video.windows import sampled_times, window_starts

recipes = st.builds(
    FrameSpec,
    fps=st.sampled_from([0.2, 1.0, 2.0, 5.0, 16.0, 29.97]),
    window=st.integers(100, 60_000).map(lambda ms: ms / 1000),
    stride=st.integers(100, 60_000).map(lambda ms: ms / 1000),
)
times = st.lists(st.integers(0, 200_000), min_size=1, unique=True).map(sorted).map(np.array)


@given(st.integers(1, 400_000), recipes)
def test_windows_start_inside_and_reach_the_end(duration_ms, recipe):
    starts = window_starts(duration_ms, recipe)
    assert starts[0] == 0
    assert all(0 <= start < duration_ms for start in starts)
    if recipe.stride_ms <= recipe.window_ms:
        assert starts[-1] + recipe.window_ms >= duration_ms
        assert starts[:-1] == [s for s in starts[:-1] if s + recipe.window_ms < duration_ms]


@given(times, st.sampled_from([0.2, 1.0, 5.0, 16.0]))
def test_a_sampled_frame_is_a_real_one_and_the_first_of_its_tick(frame_times, fps):
    sampled = sample_times(frame_times, fps)
    assert set(sampled) <= set(frame_times)
    ticks = np.floor((sampled + 0.5) * (fps / 1000))
    assert len(np.unique(ticks)) == len(sampled)
    assert len(sampled) == len(np.unique(np.floor((frame_times + 0.5) * (fps / 1000))))
    assert sampled[0] == frame_times[0]


def test_a_rate_above_the_videos_own_shows_no_frame_twice():
    assert sample_times(np.array([0, 40, 80]), 240.0).tolist() == [0, 40, 80]


@pytest.mark.parametrize("fps", [24, 25, 29.97, 30, 50, 59.94, 60, 120, 240])
def test_a_video_sampled_at_its_own_rate_or_half_of_it_gives_even_frames(fps):
    times = np.rint(np.arange(500) * 1000 / fps).astype(np.int64)
    assert sample_times(times, fps).tolist() == times.tolist()
    assert sample_times(times, fps / 2).tolist() == times[::2].tolist()


def test_eight_frames_per_window_are_the_first_of_eight_equal_parts(make_video):
    half = Half("g", 1, make_video(times_ms=range(0, 8000, 40)))
    recipe = FrameSpec(frames=8, window=2, stride=2)
    cut = cut_windows(half, recipe)
    assert cut[0].frame_times_ms == (0, 280, 520, 760, 1000, 1280, 1520, 1760)
    assert [len(window.frame_times_ms) for window in cut] == [8, 8, 8, 8]
    assert [window.first_frame for window in cut] == [1, 9, 17, 25]
    assert sampled_times(half, recipe).tolist() == [t for w in cut for t in w.frame_times_ms]


def test_a_window_of_fewer_frames_than_asked_for_shows_none_twice(make_video):
    half = Half("g", 1, make_video(times_ms=[0, 500, 1000, 1500]))
    (only,) = cut_windows(half, FrameSpec(frames=16, window=4))
    assert only.frame_times_ms == (0, 500, 1000, 1500)


def test_chunks_of_45_frames_at_one_a_second(make_video):
    """The retrospective's way: 60 chunks of 45 s a half, none overlapping."""
    half = Half("g", 1, make_video(times_ms=range(0, 120_000, 200)))
    chunks = cut_windows(half, FrameSpec(fps=1, window=45, stride=45))
    assert [len(chunk.frame_times_ms) for chunk in chunks] == [45, 45, 30]
    assert [chunk.first_frame for chunk in chunks] == [1, 46, 91]
    assert chunks[1].frame_times_ms[0] == 45_000
    text = build_messages(chunks[1], load_template("chunk.v1", SOCCERNET_V2)).text
    assert "frames 46-90 (chunk 2/3)" in text


@pytest.mark.parametrize(("fps", "window", "frames"), [(0.2, 30, 6), (16, 1, 16)])
def test_sparse_and_dense_windows(make_video, fps, window, frames):
    half = Half("g", 1, make_video(times_ms=range(0, 60_000, 40)))
    recipe = FrameSpec(fps=fps, window=window, stride=window)
    cut = cut_windows(half, recipe)
    assert {len(one.frame_times_ms) for one in cut} == {frames}
    assert recipe.frames_per_window == frames


def test_key_frames_alone_are_sampled_where_that_is_chosen(tmp_path):
    path = write_moving(tmp_path / "a.mkv", options={"x264-params": "scenecut=0"})
    half = Half("g", 1, path)
    keys = probe_video(path).key_times_ms.tolist()
    assert keys == [0, 960, 1920, 2880, 3840, 4800, 5760]
    recipe = FrameSpec(fps=1, window=3, stride=3, decoding=Decoding.KEYFRAMES)
    assert [w.frame_times_ms for w in cut_windows(half, recipe)] == [
        (0, 1920, 2880),
        (3840, 4800, 5760),
    ]
    exact = open_frame_store(half, FrameSpec(fps=25)).jpegs([1920, 5760])
    assert open_frame_store(half, recipe).jpegs([1920, 5760]) == exact


def test_frames_keep_their_true_times_in_a_video_of_variable_rate(make_video):
    uneven = [0, 40, 300, 310, 900, 1400, 1500, 2100, 2140, 3000]
    half = Half("g", 1, make_video(times_ms=uneven))
    first, second = cut_windows(half, FrameSpec(fps=2, window=2, stride=1.5))[:2]
    assert first.frame_times_ms == (0, 900, 1400, 1500)
    assert (second.start_ms, second.frame_times_ms) == (1500, (1500, 2100, 3000))
    assert second.first_frame == 4


def test_overlapping_windows_share_their_frames(make_video):
    half = Half("g", 1, make_video(times_ms=range(0, 9000, 40)))
    one, two = cut_windows(half, FrameSpec())[:2]
    assert set(one.frame_times_ms) & set(two.frame_times_ms) == {2000, 2200, 2400, 2600, 2800}


def test_a_gap_gives_windows_without_frames(make_video):
    before, after = list(range(0, 2000, 40)), list(range(20_000, 22_000, 40))
    half = Half("g", 1, make_video(times_ms=before + after))
    empty = [w for w in cut_windows(half, FrameSpec()) if not w.frame_times_ms]
    assert [w.start_ms for w in empty] == [2000, 4000, 6000, 8000, 10_000, 12_000, 14_000, 16_000]


def test_the_windows_of_a_half_know_their_place(demo_match):
    from touchline.games import read_games

    (game,) = read_games(demo_match, SOCCERNET_V2)
    cut = cut_windows(game.halves[0], FrameSpec())
    assert [w.index for w in cut] == list(range(len(cut)))
    assert {w.total for w in cut} == {len(cut)} == {79}
    assert cut[-1].end_ms == 157_603
