"""A budget of windows goes to the strongest moments, and the rest where nothing was seen yet."""

import pytest
from hypothesis import given, settings, strategies as st
from pydantic import ValidationError

from tests.support.sounds import RATE, crowd, mixed, whistle, write_sounding_video
from touchline.errors import UserError
from touchline.games import Half
from touchline.video import AdaptiveSettings, FrameSpec, PlannedAdaptive, Proposer, cut_windows
from touchline.video.curves.curve import Moment
from touchline.video.selection.select_windows import decisive_moments, spend_budget, spread_evenly
from touchline.video.windows import covered_ms

WINDOWS = FrameSpec(fps=5, window=3, stride=2)
CENTRES = [1500 + 2000 * place for place in range(30)]
MOMENTS = st.lists(
    st.builds(Moment, st.integers(-1000, 70_000), st.floats(0, 1, allow_nan=False)), max_size=20
)


@settings(deadline=None)
@given(moments=MOMENTS, budget=st.integers(1, 30))
def test_a_budget_is_spent_exactly_and_always_alike(moments, budget):
    chosen = spend_budget(CENTRES, moments, budget)
    assert chosen == sorted(set(chosen))
    assert len(chosen) == budget
    assert spend_budget(CENTRES, moments[::-1], budget) == chosen


@settings(deadline=None)
@given(moments=MOMENTS.filter(bool), budget=st.integers(1, 29))
def test_a_larger_budget_only_adds(moments, budget):
    assert set(spend_budget(CENTRES, moments, budget)) <= set(
        spend_budget(CENTRES, moments, budget + 1)
    )


@settings(deadline=None)
@given(moments=MOMENTS.filter(bool))
def test_the_strongest_moment_is_always_seen(moments):
    strongest = max(moments, key=lambda one: (one.strength, -one.time_ms))
    (place,) = spend_budget(CENTRES, moments, 1)
    nearest = min(abs(centre - strongest.time_ms) for centre in CENTRES)
    assert abs(CENTRES[place] - strongest.time_ms) == nearest


@settings(deadline=None)
@given(moments=MOMENTS, budget=st.integers(1, 30))
def test_what_does_not_decide_can_be_left_out(moments, budget):
    kept = list(decisive_moments(CENTRES, moments, budget).values())
    assert len(kept) <= budget
    assert set(kept) <= set(moments)
    assert spend_budget(CENTRES, kept, budget) == spend_budget(CENTRES, moments, budget)


def test_what_is_left_goes_into_the_longest_stretch_unseen():
    assert spend_budget(CENTRES, [Moment(1500, 1.0)], 3) == [0, 14, 29]


@settings(deadline=None)
@given(total=st.integers(1, 200), budget=st.integers(1, 200))
def test_even_windows_are_distinct(total, budget):
    places = spread_evenly(total, min(total, budget))
    assert len(set(places)) == min(total, budget)
    assert max(places) < total


@settings(deadline=None)
@given(st.lists(st.tuples(st.integers(0, 99), st.integers(1, 40)), max_size=12))
def test_overlaps_are_looked_at_once(spans):
    spans = [(start, start + length) for start, length in spans]
    assert covered_ms(spans) == len({ms for start, end in spans for ms in range(start, end)})


def test_windows_of_a_video_go_to_its_whistles(make_video):
    samples = mixed(crowd(40, 1), (9.0, 0.05 * whistle(0.5)), (31.0, 0.05 * whistle(0.5)))
    pictures = make_video("quiet.mkv", times_ms=range(0, 40_000, 40))
    half = Half("g", 1, write_sounding_video(pictures, samples, RATE, "half.mkv"))
    every = cut_windows(half, WINDOWS)
    found = cut_windows(
        half,
        WINDOWS.model_copy(update={"adaptive": AdaptiveSettings(by=Proposer.SOUND, windows=2)}),
    )
    assert [window.centre_ms for window in found] == pytest.approx([9000, 31_000], abs=1000)
    assert set(found) <= set(every)
    assert (
        cut_windows(
            half,
            WINDOWS.model_copy(update={"adaptive": AdaptiveSettings(by=Proposer.SOUND, share=1.0)}),
        )
        == every
    )


def test_windows_go_to_the_claims_of_an_earlier_run(make_video):
    half = Half("g", 2, make_video(times_ms=range(0, 40_000, 40)))
    claimed = (("g", 2, 21_000, 0.9), ("g", 1, 3000, 1.0), ("other", 2, 9000, 1.0))
    recipe = WINDOWS.model_copy(
        update={"adaptive": PlannedAdaptive(by=Proposer.RUN, windows=1, moments=claimed)}
    )
    (window,) = cut_windows(half, recipe)
    assert window.start_ms <= 21_000 < window.end_ms


def test_without_sound_the_proposal_by_sound_says_so(make_video):
    half = Half("g", 1, make_video())
    with pytest.raises(UserError, match="has no sound"):
        cut_windows(
            half,
            WINDOWS.model_copy(update={"adaptive": AdaptiveSettings(by=Proposer.SOUND, windows=1)}),
        )


@pytest.mark.parametrize("by", ["motion", "shots", "uniform"])
def test_the_same_video_gives_the_same_windows(make_video, by):
    half = Half("g", 1, make_video(times_ms=range(0, 20_000, 40)))
    recipe = WINDOWS.model_copy(update={"adaptive": AdaptiveSettings(by=Proposer(by), share=0.3)})
    assert len(cut_windows(half, recipe)) == 3
    assert cut_windows(half, recipe) == cut_windows(half, recipe)


def test_a_person_writes_a_budget():
    chosen = FrameSpec.model_validate({"adaptive": {"by": "sound", "share": 0.2}})
    assert chosen.adaptive == AdaptiveSettings(by=Proposer.SOUND, share=0.2)
    assert FrameSpec().over(chosen) == chosen
    none = FrameSpec.model_validate({"adaptive": None})
    assert none.over(chosen).adaptive is None


@pytest.mark.parametrize(
    "adaptive",
    [
        {"by": "sound"},
        {"by": "sound", "share": 0.1, "windows": 5},
        {"by": "run", "share": 0.1},
        {"by": "run", "share": 0.1, "run": "runs/a", "moments": []},
        {"by": "motion", "share": 0.1, "moments": []},
        {"by": "motion", "share": 0.1, "run": "runs/a"},
        {"by": "hearing", "share": 0.1},
        {"by": "motion", "share": 1.5},
    ],
)
def test_a_budget_that_makes_no_sense_is_refused(adaptive):
    with pytest.raises(ValidationError):
        FrameSpec.model_validate({"adaptive": adaptive})
