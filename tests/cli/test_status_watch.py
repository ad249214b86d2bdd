"""`touchline status --watch` on a run that goes on between two looks."""

import shutil
from pathlib import Path

from typer.testing import CliRunner

from touchline.cli.main import app
from touchline.cli.overview import status as module
from touchline.errors import UserError


def test_it_shows_changes_and_ends_with_the_scores(finished, tmp_path, monkeypatch):
    folder = Path(shutil.copytree(finished, tmp_path / "run"))
    journal, scores = folder / "replies" / "baseline" / "prior", folder / "scores.json"
    journal.rename(tmp_path / "replies")
    scores.rename(tmp_path / "scores")
    steps = [
        lambda: None,
        lambda: (tmp_path / "replies").rename(journal),
        lambda: (tmp_path / "scores").rename(scores),
    ]
    monkeypatch.setattr(module.time, "sleep", lambda _: steps.pop(0)())
    done = CliRunner().invoke(app, ["status", str(folder), "--watch"])
    assert done.exit_code == 0
    assert steps == []
    assert (
        done.output.count("answered, failed") == 2
    )  # nothing was new after the first and the last wait


def test_interrupting_it_is_no_error(finished, tmp_path, monkeypatch):
    folder = Path(shutil.copytree(finished, tmp_path / "run"))
    (folder / "scores.json").unlink()

    def interrupt(_):
        raise KeyboardInterrupt

    monkeypatch.setattr(module.time, "sleep", interrupt)
    assert CliRunner().invoke(app, ["status", str(folder), "--watch"]).exit_code == 0


def test_it_is_not_for_programs(finished):
    done = CliRunner().invoke(app, ["status", str(finished), "--watch", "--json"])
    assert isinstance(done.exception, UserError)
