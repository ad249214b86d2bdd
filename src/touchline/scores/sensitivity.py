"""How scores change with one setting: merge window, confidence threshold, tolerance."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from touchline.games import Task
from touchline.scores.events.event_columns import Games
from touchline.scores.events.event_table import EventTable
from touchline.scores.official.evaluator import official_scores
from touchline.scores.sheets.sheet import ScoreSheet
from touchline.scores.thresholds import PrecisionRecallCurve, precision_recall_curve

_THRESHOLDS = tuple(step / 20 for step in range(20))


@dataclass(frozen=True, slots=True)
class SensitivityCurve:
    """How a score changes with one setting.

    Attributes:
        setting: what is varied, with its unit ("tolerance (full width, s)").
        metric: what is measured ("loose average-mAP").
        values: the setting's values.
        scores: from 0 to 1, one for each value.
        chosen: the value that the run used, where it is known.
    """

    setting: str
    metric: str
    values: tuple[float, ...]
    scores: tuple[float, ...]
    chosen: float | None = None


def measure_sensitivity(
    sheet: ScoreSheet, table: EventTable, tolerance_s: float, remerged: Mapping[float, Games]
) -> tuple[SensitivityCurve, ...]:
    """The curves of one model.

    Args:
        sheet: its figures with the run's own settings.
        table: its spots with the run's own settings.
        tolerance_s: the run's tolerance.
        remerged: labels and spots with other merge windows, by the factor to the run's own.
    """
    curve = precision_recall_curve(table, tolerance_s)
    swept = sheet.extended.thresholds if sheet.extended else ()
    return (
        *_merge_window(sheet, table.task, remerged),
        SensitivityCurve(
            "confidence threshold",
            "F1",
            _THRESHOLDS,
            tuple(_f1_from(curve, threshold) for threshold in _THRESHOLDS),
        ),
        SensitivityCurve(
            "tolerance (full width, s)",
            "F1",
            tuple(one.tolerance_s for one in swept),
            tuple(one.none.micro.f1 for one in swept),
            tolerance_s,
        ),
    )


def _merge_window(
    sheet: ScoreSheet, task: Task, remerged: Mapping[float, Games]
) -> tuple[SensitivityCurve, ...]:
    if not remerged:
        return ()
    figures = {1.0: (sheet.official.loose.a_map, sheet.official.tight.a_map)}
    for factor, games in remerged.items():
        scored = official_scores(games, task, ("loose", "tight"))
        figures[factor] = (scored.loose.a_map, scored.tight.a_map)
    factors = tuple(sorted(figures))
    return tuple(
        SensitivityCurve(
            "merge window (× the run's)",
            f"{name} average-mAP",
            factors,
            tuple(figures[factor][place] for factor in factors),
            1.0,
        )
        for place, name in enumerate(("loose", "tight"))
    )


def _f1_from(curve: PrecisionRecallCurve, threshold: float) -> float:
    """F1 of the spots of at least some confidence; the curve runs from high confidence to low."""
    kept = int(np.count_nonzero(curve.confidence >= threshold))
    return float(curve.f1[kept - 1]) if kept else 0.0
