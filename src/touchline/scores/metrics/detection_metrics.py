"""Precision, recall and what else is known about the spots at one tolerance, as metrics."""

from touchline.scores.metrics.metric import Metric, MetricInput


def _false_per_minute(found: MetricInput) -> float | None:
    return found.hallucination.false_per_minute if found.hallucination else None


def _calibration_error(found: MetricInput) -> float | None:
    return found.calibration.raw.d_ece if found.calibration else None


METRICS = (
    Metric(
        name="precision",
        definition="Share of the spots that are right, in %.",
        heading="Precision",
        format="percent",
        compute=lambda found: found.rates.micro.precision,
        better="high",
        terminal_heading="prec.",
    ),
    Metric(
        name="recall",
        definition="Share of the true events that were found, in %.",
        heading="Recall",
        format="percent",
        compute=lambda found: found.rates.micro.recall,
        better="high",
        terminal_heading="recall",
    ),
    Metric(
        name="f1",
        definition="Harmonic mean of precision and recall, in %.",
        heading="F1",
        format="percent",
        compute=lambda found: found.rates.micro.f1,
        better="high",
        terminal_heading="F1",
    ),
    Metric(
        name="tolerance_s",
        definition="How far a spot may be from the truth and still count as right in precision, "
        "recall and F1.",
        heading="Tolerance",
        format="tolerance",
        compute=lambda found: found.rates.tolerance_s,
        caption="Precision, recall and F1 at {0}.",
    ),
    Metric(
        name="false_per_minute",
        definition="Spots without a true event, per minute of video.",
        heading="False / min",
        compute=_false_per_minute,
        better="low",
        terminal_heading="false/min",
    ),
    Metric(
        name="calibration_error",
        definition="Expected calibration error, in %: how far the confidence of a spot is from the "
        "share of such spots that are right.",
        heading="Calib. error",
        format="percent",
        compute=_calibration_error,
        better="low",
        needs_probability=True,
    ),
)
