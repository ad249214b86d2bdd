"""From score sheets to the sections of a report: one plain translation a section."""

from collections.abc import Mapping, Sequence

import numpy as np

from touchline.games import Label
from touchline.report import (
    ErrorCost,
    Mending,
    PrecisionRecallCurve,
    Reliability,
    Sections,
    TimeErrors,
)
from touchline.runs.scoring import ModelOutcome, Scored
from touchline.scores import align, precision_recall_curve
from touchline.scores.errors import EXPLANATIONS
from touchline.scores.sheet import Beyond

_CURVE_POINTS = 100
"""A curve of thousands of spots looks the same with a hundred points."""


def sections(
    scored: Scored, outcomes: Sequence[ModelOutcome], truth: Mapping[str, list[Label]]
) -> Sections:
    """What a report shows beside the leaderboard.

    Args:
        scored: the models' score sheets.
        outcomes: what each model came to.
        truth: labels by game.
    """
    sheets = {model: sheet.beyond for model, sheet in scored.sheets.items() if sheet.beyond}
    models = [outcome for outcome in outcomes if outcome.model in sheets]
    return Sections(
        precision_recall=tuple(_curve(o, truth, scored.tolerance_s) for o in models),
        errors=tuple(cost for model, b in sheets.items() for cost in _errors(model, b)),
        reliability=tuple(_reliability(model, beyond) for model, beyond in sheets.items()),
        time_errors=tuple(
            TimeErrors(model, beyond.timing.edges_ms, beyond.timing.counts)
            for model, beyond in sheets.items()
        ),
        mending=tuple(Mending(o.model, o.mended) for o in outcomes if o.mended),
    )


def _curve(
    outcome: ModelOutcome, truth: Mapping[str, list[Label]], tolerance_s: float
) -> PrecisionRecallCurve:
    games = {game: (labels, outcome.spots.get(game, [])) for game, labels in truth.items()}
    curve = precision_recall_curve(align(games), tolerance_s)
    points = np.unique(np.linspace(0, max(0, len(curve.recall) - 1), _CURVE_POINTS).astype(int))
    shown = points[: len(curve.recall)]
    return PrecisionRecallCurve(
        model=outcome.model,
        label="all",
        recall=tuple(curve.recall[shown].tolist()),
        precision=tuple(curve.precision[shown].tolist()),
    )


def _errors(model: str, beyond: Beyond) -> list[ErrorCost]:
    return [
        ErrorCost(model, str(one.kind), EXPLANATIONS[one.kind], one.count, one.loose_gain)
        for one in beyond.errors.kinds
    ]


def _reliability(model: str, beyond: Beyond) -> Reliability:
    drawn = beyond.calibration.raw.reliability
    return Reliability(model, drawn.confidence, drawn.precision, drawn.counts)
