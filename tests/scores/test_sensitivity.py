"""How scores change with one setting."""

import pytest

from touchline.games import Label
from touchline.scores import align_events, measure_sensitivity, score_sheet
from touchline.spots import Spot

LABELS = [Label(1, 10_000, "Goal"), Label(2, 10_000, "Foul")]


def test_curves_agree_with_the_score_sheet() -> None:
    spots = [Spot(1, 10_000, "Goal", None, 0.9), Spot(1, 40_000, "Goal", None, 0.3)]
    games = {"a": (LABELS, spots)}
    sheet, aligned = score_sheet(games), align_events(games)
    halved = {"a": (LABELS, spots[:1])}
    curves = {
        (c.metric, c.setting.split()[0]): c
        for c in measure_sensitivity(sheet, aligned, 5.0, {0.5: halved})
    }
    merging = curves["loose average-mAP", "merge"]
    assert merging.values == (0.5, 1.0)
    assert merging.scores[1] == sheet.official.loose.a_map
    assert merging.chosen == 1.0
    threshold = curves["F1", "confidence"]
    by_value = dict(zip(threshold.values, threshold.scores, strict=True))
    assert by_value[0.0] == pytest.approx(sheet.rates.micro.f1)
    assert by_value[0.5] == pytest.approx(2 / 3)
    assert by_value[0.95] == 0.0
    tolerance = curves["F1", "tolerance"]
    at_5 = tolerance.scores[tolerance.values.index(5)]
    assert at_5 == pytest.approx(sheet.rates.micro.f1)
