"""`touchline report`: the page and the tables again, from a run's replies."""

import json
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from touchline.cli.main import app
from touchline.errors import UserError

BENCH = """
data:
  root: builtin:demo
  halves: [1]
models:
  - baseline/random
"""


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("runs")
    (folder / "bench.yaml").write_text(BENCH, encoding="utf-8")
    run = folder / "first"
    done = CliRunner().invoke(app, ["run", str(folder / "bench.yaml"), "--out", str(run)])
    assert done.exit_code == 0, done.output
    return run


def test_report_is_made_again_with_tables(finished: Path, tmp_path: Path) -> None:
    page = finished / "report" / "index.html"
    page.unlink()
    call = ["report", str(finished), "--tables", str(tmp_path / "paper"), "--json"]
    done = CliRunner().invoke(app, call)
    assert done.exit_code == 0, done.output
    [shown] = json.loads(done.stdout)
    assert Path(shown["report"]) == page
    assert page.exists()
    assert {row["kind"] for row in shown["leaderboard"]} == {"baseline", "sound"}
    assert all(0 <= row["loose"] <= 1 for row in shown["leaderboard"])
    assert all(Path(path).exists() for path in shown["files"])
    assert (tmp_path / "paper" / "leaderboard.tex").exists()


def test_several_runs_have_folders_of_their_own(finished: Path, tmp_path: Path) -> None:
    other = tmp_path / "elsewhere" / "first"
    shutil.copytree(finished, other)
    call = ["report", str(finished), str(other), "--tables", str(tmp_path / "paper")]
    done = CliRunner().invoke(app, call)
    assert done.exit_code == 0, done.output
    assert done.output.count("report: ") == 2
    for name in ("first", "first-2"):
        assert (tmp_path / "paper" / name / "leaderboard.csv").exists()


def test_a_folder_that_is_no_run(tmp_path: Path) -> None:
    done = CliRunner().invoke(app, ["report", str(tmp_path)])
    assert isinstance(done.exception, UserError)
