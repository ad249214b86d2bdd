"""A benchmark to start from is one that runs."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from tests.support.videos import soccernet_folder
from touchline.cli.main import app
from touchline.errors import UserError
from touchline.runs import build_plan, read_bench, starter_bench


def init(*arguments: object) -> str:
    done = CliRunner().invoke(app, ["init", *map(str, arguments)])
    if isinstance(done.exception, UserError):
        raise done.exception
    assert done.exit_code == 0, done.output
    return done.stdout


def test_it_is_written_for_the_games_that_are_there(tmp_path: Path) -> None:
    soccernet_folder(tmp_path / "data", "l/s/a - b", labels=[(1, 1000, "Goal")])
    soccernet_folder(tmp_path / "data", "l/s/c - d")
    (tmp_path / "data/l/s/c - d/2_224p.mkv").unlink()
    file = tmp_path / "bench.yaml"
    assert init(tmp_path / "data", "--out", file).startswith("2 games, ")
    bench = read_bench(file)
    assert bench.data.root == str(tmp_path / "data")
    assert bench.data.halves == (1,)
    assert len(build_plan(bench, "b").games) == 2
    with pytest.raises(UserError, match="exists already"):
        init(tmp_path / "data", "--out", file)


def test_a_folder_of_another_level_is_named(tmp_path: Path) -> None:
    soccernet_folder(tmp_path / "data", "l/s/a - b")
    with pytest.raises(UserError, match=r"it is a season: use"):
        starter_bench(tmp_path / "data/l/s", tmp_path / "bench.yaml")
