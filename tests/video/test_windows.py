import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from touchline.games import Half
from touchline.video import Recipe, windows
from touchline.video.windows import sample_times, window_starts

recipes = st.builds(
    Recipe,
    fps=st.sampled_from([0.2, 1.0, 2.0, 5.0, 16.0, 29.97]),
    window_ms=st.integers(100, 60_000),
    stride_ms=st.integers(100, 60_000),
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
    ticks = np.floor(sampled * fps / 1000 + 1e-9)
    assert len(np.unique(ticks)) == len(sampled)
    assert len(sampled) == len(np.unique(np.floor(frame_times * fps / 1000 + 1e-9)))
    assert sampled[0] == frame_times[0]


def test_a_rate_above_the_videos_own_shows_no_frame_twice():
    assert sample_times(np.array([0, 40, 80]), 240.0).tolist() == [0, 40, 80]


def test_frames_keep_their_true_times_in_a_video_of_variable_rate(make_video):
    uneven = [0, 40, 300, 310, 900, 1400, 1500, 2100, 2140, 3000]
    half = Half("g", 1, make_video(times_ms=uneven))
    first, second = windows(half, Recipe(fps=2, window_ms=2000, stride_ms=1500))[:2]
    assert first.frame_times_ms == (0, 900, 1400, 1500)
    assert (second.start_ms, second.frame_times_ms) == (1500, (1500, 2100, 3000))
    assert second.first_frame == 4


def test_overlapping_windows_share_their_frames(make_video):
    half = Half("g", 1, make_video(times_ms=range(0, 9000, 40)))
    one, two = windows(half, Recipe())[:2]
    assert set(one.frame_times_ms) & set(two.frame_times_ms) == {2000, 2200, 2400, 2600, 2800}


def test_a_gap_gives_windows_without_frames(make_video):
    before, after = list(range(0, 2000, 40)), list(range(20_000, 22_000, 40))
    half = Half("g", 1, make_video(times_ms=before + after))
    empty = [w for w in windows(half, Recipe()) if not w.frame_times_ms]
    assert [w.start_ms for w in empty] == [2000, 4000, 6000, 8000, 10_000, 12_000, 14_000, 16_000]


def test_the_windows_of_a_half_know_their_place(demo_match):
    from touchline.games import read_games

    (game,) = read_games(demo_match)
    cut = windows(game.halves[0], Recipe())
    assert [w.index for w in cut] == list(range(len(cut)))
    assert {w.total for w in cut} == {len(cut)} == {79}
    assert cut[-1].end_ms == 157_603
