"""The metrics' definitions, where people read them."""

from pathlib import Path

import pytest

from touchline.scores import METRIC_REGISTRY, Metric

PAGE = Path(__file__).parents[2] / "docs" / "metrics.md"


@pytest.mark.parametrize("metric", METRIC_REGISTRY.all(), ids=lambda metric: metric.name)
def test_the_page_has_the_definition_that_is_registered(metric: Metric) -> None:
    line = f"| {metric.heading} | `{metric.name}` | {metric.definition} |"
    assert line in PAGE.read_text(encoding="utf-8").splitlines()
    assert metric.definition.endswith(".")
    assert ". " not in metric.definition, "one sentence"
