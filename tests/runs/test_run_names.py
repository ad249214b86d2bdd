"""Runs that are compared have names that tell them apart, and none is there twice."""

from pathlib import Path

import pytest

from touchline.errors import UserError
from touchline.runs import CompareOptions, contest_of_runs
from touchline.runs.comparison.file_names import names_of_runs


@pytest.mark.parametrize(
    ("names", "folders", "wanted"),
    [
        (["a", "b"], ["runs/x", "runs/y"], ["a", "b"]),
        (["demo", "demo"], ["runs/demo", "runs/changed"], ["demo", "changed"]),
        (["demo", "demo"], ["old/demo", "new/demo"], ["old/demo", "new/demo"]),
        (["demo", "demo", "x"], ["runs/x", "runs/y", "runs/z"], ["runs/x", "runs/y", "x"]),
    ],
)
def test_a_name_is_as_short_as_tells_apart(
    names: list[str], folders: list[str], wanted: list[str]
) -> None:
    assert names_of_runs(names, [Path(one) for one in folders]) == wanted


def test_a_run_is_not_compared_with_itself(tmp_path: Path) -> None:
    twice = [tmp_path / "run", tmp_path / "other/../run"]
    with pytest.raises(UserError, match="is given twice: name each run once"):
        contest_of_runs(twice, CompareOptions())
