"""How scores move when one setting does: merge window, threshold, tolerance."""

from collections.abc import Mapping

import numpy as np

from touchline.report import Sensitivity
from touchline.scores import (
    Curve,
    EventTable,
    Games,
    ScoreSheet,
    official_scores,
    precision_recall_curve,
)

_THRESHOLDS = tuple(step / 20 for step in range(20))


def sensitivities(
    model: str,
    sheet: ScoreSheet,
    aligned: EventTable,
    tolerance_s: float,
    remerged: Mapping[float, Games],
) -> list[Sensitivity]:
    """The curves of one model.

    Args:
        model: its name.
        sheet: its figures with the run's own settings.
        aligned: its spots with the run's own settings.
        tolerance_s: the run's tolerance.
        remerged: labels and spots with other merge windows, by the factor to the run's own.
    """
    curve = precision_recall_curve(aligned, tolerance_s)
    swept = sheet.extended.thresholds if sheet.extended else ()
    return [
        *_merge_window(model, sheet, remerged),
        Sensitivity(
            model,
            "confidence threshold",
            "F1",
            _THRESHOLDS,
            tuple(_f1_from(curve, threshold) for threshold in _THRESHOLDS),
        ),
        Sensitivity(
            model,
            "tolerance (full width, s)",
            "F1",
            tuple(one.tolerance_s for one in swept),
            tuple(one.none.micro.f1 for one in swept),
            tolerance_s,
        ),
    ]


def _merge_window(
    model: str, sheet: ScoreSheet, remerged: Mapping[float, Games]
) -> list[Sensitivity]:
    if not remerged:
        return []
    figures = {1.0: (sheet.official.loose.a_map, sheet.official.tight.a_map)}
    for factor, games in remerged.items():
        scored = official_scores(games, metrics=("loose", "tight"))
        figures[factor] = (scored.loose.a_map, scored.tight.a_map)
    factors = tuple(sorted(figures))
    return [
        Sensitivity(
            model,
            "merge window (× the run's)",
            f"{name} average-mAP",
            factors,
            tuple(figures[factor][place] for factor in factors),
            1.0,
        )
        for place, name in enumerate(("loose", "tight"))
    ]


def _f1_from(curve: Curve, threshold: float) -> float:
    """F1 of the spots of at least some confidence; the curve falls from sure to unsure."""
    kept = int(np.count_nonzero(curve.confidence >= threshold))
    return float(curve.f1[kept - 1]) if kept else 0.0
