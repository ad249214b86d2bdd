"""The metrics by name; packages add theirs as entry points of `touchline.metrics`."""

from collections.abc import Mapping

from touchline.registry import Registry
from touchline.scores.metrics import detection_metrics, official_metrics, run_facts
from touchline.scores.metrics.metric import Metric, MetricInput

_METRICS = (*official_metrics.METRICS, *detection_metrics.METRICS, *run_facts.METRICS)

METRIC_REGISTRY = Registry(
    "metric", "touchline.metrics", Metric, {metric.name: metric for metric in _METRICS}
)


def compute_figures(found: MetricInput) -> dict[str, float | None]:
    """The figures of all metrics that are computed from labels and spots, by name."""
    return {
        metric.name: metric.compute(found)
        for metric in METRIC_REGISTRY.all()
        if metric.compute is not None
    }


def without_probabilities(figures: Mapping[str, float | None]) -> dict[str, float | None]:
    """The figures that mean something where confidences only order spots, by name."""
    asked = {metric.name for metric in METRIC_REGISTRY.all() if metric.needs_probability}
    return {name: value for name, value in figures.items() if name not in asked}


def third_party_figures(figures: dict[str, float | None]) -> dict[str, float | None]:
    """Those of the figures whose metrics come from packages."""
    return {metric.name: figures[metric.name] for metric in METRIC_REGISTRY.third_party()}
