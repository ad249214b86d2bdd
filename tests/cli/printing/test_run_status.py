"""The table of `touchline status`: whole names, and a legend of the columns that it has."""

import pytest

from touchline.cli.printing.run_status import status_lines
from touchline.runs import ModelStatus

LONG = "qwen2.5-vl-72b-instruct[fps=2,stride=1,prompt=a-long-name-of-a-prompt,method=soft-nms]"
MODELS = [
    ModelStatus(LONG, planned=True, answered=1200, missing=30, per_second=0.5, left_seconds=60),
    ModelStatus("baseline/every-window", planned=False),
]


@pytest.mark.parametrize("width", [60, 80, 1000])
def test_names_are_whole_and_lines_fit(width: int) -> None:
    lines = list(status_lines(MODELS, width, halves=False))
    assert any(line.startswith(LONG) for line in lines)
    assert max(len(line) for line in lines[:-1] if not line.startswith(LONG)) <= width
    assert [line for line in lines if "1,200" in line and "0.5/s" in line and "1 min" in line]


def test_the_legend_says_what_is_shown() -> None:
    *_, legend = status_lines(MODELS, 80, halves=False)
    assert legend.startswith(
        "answered, failed, missing: windows; rate: windows answered per second"
    )
    assert "cost" not in legend
    *_, legend = status_lines([ModelStatus("m", planned=True, answered=3)], 80, halves=False)
    assert legend == "answered, failed, missing: windows."
