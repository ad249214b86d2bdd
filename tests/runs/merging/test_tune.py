import pytest

from touchline.replies import Detection, Outcome, Reading, TimeSource
from touchline.runs.merging.remerge import gain_sentence
from touchline.runs.merging.tune import MergeFigure, Tuned, _values_for
from touchline.spots import MergeSettings
from touchline.video import Window

WINDOW = Window("g", 1, 0, 1, 0, 3000, ())


@pytest.mark.parametrize("likely", [None, -0.5])
def test_probabilities_are_searched_only_where_an_engine_gave_them(likely):
    claim = Detection("Goal", "Goal", 1500, TimeSource.CENTRE, None, 0.5, likely)
    values = _values_for({"g": ([Reading(WINDOW, Outcome.EVENTS, (claim,))], [])})
    assert ("confidence_from" in values) == (likely is not None)
    assert "named_sigma_ms" not in values


def tuned(held_out, decoder):
    default = MergeFigure(0.5, 0.3)
    nothing = {}
    return Tuned(
        best=MergeSettings(),
        default=default,
        in_sample=MergeFigure(0.9, 0.9),
        held_out=MergeFigure(*held_out),
        decoder=MergeFigure(*decoder),
        no_look=nothing,
        no_look_spots=nothing,
        no_look_decoders=nothing,
        decoders=(),
        folds=2,
    )


def test_settings_that_gain_nothing_on_held_out_games_are_not_called_better():
    worse = tuned((0.45, 0.31), (0.2, 0.2))
    assert not worse.is_better
    assert gain_sentence(worse).endswith("gain nothing over the default: -5.00 loose, +1.00 tight")
    assert not tuned((0.501, 0.302), (0.2, 0.2)).is_better  # as little as the search ignores
    better = tuned((0.45, 0.31), (0.6, 0.3))
    assert better.is_better
    assert gain_sentence(better).endswith("gain over the default: +10.00 loose, +0.00 tight")
