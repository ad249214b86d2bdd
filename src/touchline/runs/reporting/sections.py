"""From score sheets to the sections of a report: one plain translation a section."""

from collections.abc import Mapping, Sequence

import numpy as np

from touchline.games import CLASSES, Label
from touchline.report import (
    Confusion,
    ErrorCost,
    PrecisionRecallCurve,
    Reliability,
    ReplyForms,
    Sections,
    TimeErrors,
)
from touchline.runs.reporting.sensitivities import sensitivities
from touchline.runs.results.leaderboard import Leaderboard, ModelOutcome
from touchline.scores import (
    EXPLANATIONS,
    EventTable,
    ExtendedMetrics,
    Games,
    class_confusion,
    precision_recall_curve,
)
from touchline.spots import Spot

_CURVE_POINTS = 100
"""A curve of thousands of spots looks the same with a hundred points."""

Truth = Mapping[str, Sequence[Label]]


def games_of(spots: Mapping[str, Sequence[Spot]], truth: Truth) -> Games:
    """Labels and spots of each labelled game, as the scores want them."""
    return {game: (labels, spots.get(game, ())) for game, labels in truth.items()}


def sections(
    scored: Leaderboard,
    outcomes: Sequence[ModelOutcome],
    truth: Truth,
    aligned: Mapping[str, EventTable],
) -> Sections:
    """What a report shows beside the leaderboard.

    Args:
        scored: the models' score sheets.
        outcomes: what each model came to.
        truth: labels by game.
        aligned: labels and spots by model.
    """
    sheets = {model: sheet.beyond for model, sheet in scored.sheets.items() if sheet.beyond}
    judged = [outcome for outcome in outcomes if outcome.model in sheets]
    tolerance_s = scored.tolerance_s
    return Sections(
        precision_recall=tuple(
            curve
            for o in judged
            for label in (None, *(() if o.is_baseline else _present(truth)))
            if any((curve := _curve(o.model, aligned[o.model], tolerance_s, label)).recall)
        ),
        confusion=tuple(_confusion(o.model, aligned[o.model], tolerance_s) for o in judged),
        errors=tuple(cost for model, b in sheets.items() for cost in _errors(model, b)),
        reliability=tuple(_reliability(model, beyond) for model, beyond in sheets.items()),
        time_errors=tuple(
            TimeErrors(model, beyond.timing.edges_ms, beyond.timing.counts)
            for model, beyond in sheets.items()
        ),
        sensitivity=tuple(
            curve
            for o in judged
            for curve in sensitivities(
                o.model,
                scored.sheets[o.model],
                aligned[o.model],
                tolerance_s,
                {factor: games_of(spots, truth) for factor, spots in o.remerged.items()},
            )
        ),
        reply_forms=tuple(ReplyForms(o.model, o.read_by, o.remarks) for o in outcomes if o.read_by),
    )


def _present(truth: Truth) -> list[str]:
    """The classes that happen, in the official order."""
    happened = {label.label for labels in truth.values() for label in labels}
    return [name for name in CLASSES if name in happened]


def _curve(
    model: str, aligned: EventTable, tolerance_s: float, label: str | None
) -> PrecisionRecallCurve:
    curve = precision_recall_curve(aligned, tolerance_s, label)
    points = np.unique(np.linspace(0, max(0, len(curve.recall) - 1), _CURVE_POINTS).astype(int))
    shown = points[: len(curve.recall)]
    return PrecisionRecallCurve(
        model=model,
        label=curve.label,
        recall=tuple(curve.recall[shown].tolist()),
        precision=tuple(curve.precision[shown].tolist()),
    )


def _confusion(model: str, aligned: EventTable, tolerance_s: float) -> Confusion:
    found = class_confusion(aligned, tolerance_s)
    return Confusion(
        model=model,
        truths=(*found.classes, "nothing there"),
        claims=(*found.classes, "nothing claimed"),
        counts=found.counts,
    )


def _errors(model: str, beyond: ExtendedMetrics) -> list[ErrorCost]:
    return [
        ErrorCost(model, str(one.kind), EXPLANATIONS[one.kind], one.count, one.loose_gain)
        for one in beyond.errors.kinds
    ]


def _reliability(model: str, beyond: ExtendedMetrics) -> Reliability:
    drawn = beyond.calibration.raw.reliability
    return Reliability(model, drawn.confidence, drawn.precision, drawn.counts)
