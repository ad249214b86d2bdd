"""From the figures of `scores` to the sections of the report."""

import pytest
from report_samples import sample_timeline

from touchline.games import CLASSES
from touchline.report import sections_of
from touchline.report.beyond import MOST_POINTS
from touchline.report.figures import figures
from touchline.scores import align
from touchline.scores.sheet import Beyond, score_sheet
from touchline.scores.thresholds import precision_recall_curve

TIMELINE = sample_timeline()
GAMES = {lane.model: {"game": (TIMELINE.truth or (), lane.spots)} for lane in TIMELINE.lanes}


@pytest.fixture(scope="module")
def beyond() -> dict[str, Beyond]:
    sheets = {model: score_sheet(games).beyond for model, games in GAMES.items()}
    return {model: one for model, one in sheets.items() if one is not None}


def test_figures_are_taken_over_as_they_are(beyond: dict[str, Beyond]) -> None:
    sections = sections_of(beyond)
    for kind in beyond["demo"].errors.kinds:
        [cost] = [e for e in sections.errors if (e.model, e.kind) == ("demo", str(kind.kind))]
        assert (cost.count, cost.cost) == (kind.count, kind.loose_gain)
    [histogram] = [one for one in sections.time_errors if one.model == "demo"]
    assert histogram.counts == beyond["demo"].timing.counts
    [diagram] = [one for one in sections.reliability if one.model == "qwen-2.5-vl-7b"]
    assert sum(diagram.counts) == len(TIMELINE.lanes[1].spots)
    assert len(sections.sensitivity) == 3


def test_long_curves_are_thinned_and_keep_their_ends(beyond: dict[str, Beyond]) -> None:
    aligned = align(GAMES["qwen-2.5-vl-7b"])
    whole = precision_recall_curve(aligned, 5.0)
    none = precision_recall_curve(align({"game": (TIMELINE.truth or (), ())}), 5.0)
    [curve] = sections_of(beyond, {"qwen-2.5-vl-7b": (whole,), "demo": (none,)}).precision_recall
    assert len(curve.recall) == min(MOST_POINTS, len(whole.recall))
    assert (curve.recall[0], curve.recall[-1]) == (whole.recall[0], whole.recall[-1])


def test_every_plot_can_be_drawn(beyond: dict[str, Beyond]) -> None:
    curves = {
        model: [precision_recall_curve(align(games), 5.0, label) for label in CLASSES]
        for model, games in GAMES.items()
    }
    groups = {plot.group for plot in figures(sections_of(beyond, curves), list(GAMES))}
    assert groups == {"precision_recall", "reliability", "time_errors", "sensitivity"}
