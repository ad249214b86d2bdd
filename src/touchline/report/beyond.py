"""From what `scores` says beyond the official figures to the report's optional sections."""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from touchline.report.sections import (
    ErrorCost,
    PrecisionRecallCurve,
    Reliability,
    Sections,
    Sensitivity,
    TimeErrors,
)

if TYPE_CHECKING:
    from touchline.scores.errors import Errors
    from touchline.scores.sheet import Beyond
    from touchline.scores.thresholds import Curve

MOST_POINTS = 200
"""Points of a drawn curve; a plot of 250 pixels shows no more."""


def sections_of(
    beyond: Mapping[str, "Beyond"],
    curves: Mapping[str, Iterable["Curve"]] | None = None,
) -> Sections:
    """The sections that these figures can fill. Nothing is computed here.

    Args:
        beyond: by model, what `scores.sheet.score_sheet` says beyond the official figures.
        curves: by model, its precision-recall curves, one a class.

    Returns:
        Curves, errors, reliability, time errors, and F1 against the tolerance.
    """
    return Sections(
        precision_recall=tuple(
            _curve(model, curve)
            for model, of_classes in (curves or {}).items()
            for curve in of_classes
            if len(curve.recall)
        ),
        errors=tuple(cost for model, one in beyond.items() for cost in _costs(model, one.errors)),
        reliability=tuple(
            Reliability(model, diagram.confidence, diagram.precision, diagram.counts)
            for model, one in beyond.items()
            if (diagram := one.calibration.raw.reliability).counts
        ),
        time_errors=tuple(
            TimeErrors(model, one.timing.edges_ms, one.timing.counts)
            for model, one in beyond.items()
            if one.timing.counts
        ),
        sensitivity=tuple(_over_tolerances(model, one) for model, one in beyond.items()),
    )


def _curve(model: str, curve: "Curve") -> PrecisionRecallCurve:
    """A curve thinned to what can be seen; both ends stay."""
    last = len(curve.recall) - 1
    steps = min(last, MOST_POINTS - 1)
    points = sorted({round(step * last / max(1, steps)) for step in range(steps + 1)})
    return PrecisionRecallCurve(
        model,
        curve.label,
        tuple(float(curve.recall[point]) for point in points),
        tuple(float(curve.precision[point]) for point in points),
    )


def _costs(model: str, errors: "Errors") -> Iterable[ErrorCost]:
    from touchline.scores.errors import EXPLANATIONS

    for share in errors.kinds:
        explanation = EXPLANATIONS[share.kind]
        sentence = f"{explanation[0].upper()}{explanation[1:]}."
        yield ErrorCost(model, str(share.kind), sentence, share.count, share.loose_gain)


def _over_tolerances(model: str, beyond: "Beyond") -> Sensitivity:
    return Sensitivity(
        model,
        setting="tolerance (s)",
        metric="F1",
        values=tuple(float(point.tolerance_s) for point in beyond.thresholds),
        scores=tuple(point.none.micro.f1 for point in beyond.thresholds),
    )
