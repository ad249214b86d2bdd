import json
import subprocess
import sys
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path
from typing import Any

import pytest
from typer.main import get_command
from typer.testing import CliRunner

from tests.support.videos import DEMO_MATCH, soccernet_folder
from touchline.cli.main import app


def touchline(*arguments, cwd=None, **environment):
    """Runs the program as a user does; gives exit code, standard output and standard error."""
    import os

    done = subprocess.run(
        [sys.executable, "-m", "touchline", *map(str, arguments)],
        capture_output=True,
        text=True,
        cwd=cwd,
        env={**os.environ, "COLUMNS": "120", **environment},
        check=False,
    )
    return done.returncode, done.stdout, done.stderr


def refused(*arguments, cwd=None, **environment):
    """The one sentence that a user's mistake ends in."""
    code, _, error = touchline(*arguments, cwd=cwd, **environment)
    assert code == 2, error
    assert "Traceback" not in error
    sentences = [line for line in error.splitlines() if line.startswith("touchline: ")]
    assert len(sentences) == 1, error
    return sentences[0]


@pytest.fixture
def bench(tmp_path):
    """Writes a benchmark over a small game with null baselines only."""
    soccernet_folder(tmp_path / "data", labels=[(1, 1000, "Goal")])

    def write(text="data: {root: data}\nmodels: [baseline/prior]\n"):
        (tmp_path / "bench.yaml").write_text(text)
        return tmp_path / "bench.yaml"

    return write


def test_the_version_is_the_packages():
    assert touchline("--version") == (0, f"touchline {metadata.version('touchline')}\n", "")


@pytest.mark.parametrize("verb", ["demo", "run", "spot", "score", "compare", "report"])
def test_every_verb_explains_itself_with_an_example(verb):
    code, text, _ = touchline(verb, "--help")
    assert code == 0
    assert f"touchline {verb}" in text


def test_help_imports_nothing_heavy():
    script = (
        "import sys; sys.argv = ['touchline', '--help']\n"
        "from touchline.cli.main import main\n"
        "try: main()\n"
        "except SystemExit: pass\n"
        "heavy = {'numpy', 'av', 'torch', 'transformers', 'openai', 'polars', 'plotly', 'scipy',"
        " 'pydantic', 'PIL', 'yaml', 'jinja2'}\n"
        "print(sorted(heavy & sys.modules.keys()), file=sys.stderr)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert done.stderr.strip() == "[]"


def test_a_run_prints_a_table_and_where_the_report_is(bench, tmp_path):
    code, text, _ = touchline("run", bench(), "--out", tmp_path / "run")
    assert code == 0
    assert "baseline/every-window" in text
    assert f"report: {tmp_path / 'run/report/index.html'}" in text


def test_a_run_prints_json_for_programs_and_nothing_else(bench, tmp_path):
    code, text, _ = touchline("run", bench(), "--json", cwd=tmp_path)
    result = json.loads(text)
    assert code == 0
    assert (tmp_path / result["report"]).is_file()
    for row in result["leaderboard"]:
        assert 0 <= row["loose"] <= 1
        assert row["coverage"] == 1


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("data: {root: data}\nmodles: [demo]\n", "line 2: modles is not known; the nearest is"),
        ("data: {root: data}\nmodels: [baselin/prior]\n", "unknown model 'baselin/prior'; the"),
        ("data: {root: nowhere}\nmodels: [baseline/prior]\n", "nowhere is not a folder"),
        (
            "data: {root: data, halves: [3]}\nmodels: [baseline/prior]\n",
            "line 1: entry 1 of data.halves is 3",
        ),
        ("data: {root: 'builtin:dmeo'}\nmodels: [baseline/prior]\n", "does not ship with"),
    ],
)
def test_a_mistake_in_the_benchmark_is_one_sentence(bench, text, sentence):
    assert sentence in refused("run", bench(text))


def test_a_missing_half_malformed_labels_and_an_unknown_class_are_one_sentence(bench, tmp_path):
    game = tmp_path / "data/league/2025-2026/a - b"
    path = bench()
    labels = game / "Labels-v2.json"
    good = labels.read_text()
    labels.write_text(good.replace("Goal", "Gaol"))
    assert "annotation 1: unknown class 'Gaol'; the nearest is 'Goal'" in refused("run", path)
    labels.write_text(good[:-9])
    assert "Labels-v2.json are not valid JSON" in refused("run", path)
    labels.write_text(good)
    (game / "2_224p.mkv").rename(tmp_path / "away.mkv")
    assert "half 2 of game 'a - b' is missing" in refused("run", path)


def test_a_half_that_is_no_video_is_one_sentence(bench, tmp_path):
    (tmp_path / "data/league/2025-2026/a - b/1_224p.mkv").write_text("not a video")
    assert "1_224p.mkv is not a video" in refused("run", bench())


def test_an_endpoint_that_refuses_is_one_sentence_and_the_others_are_scored(bench, tmp_path):
    model = "{name: x, engine: openai, model: m, base_url: 'http://127.0.0.1:9/v1', retries: 0}"
    path = bench(f"data: {{root: data}}\nmodels: [{model}]\n")
    code, text, error = touchline("run", path, "--out", tmp_path / "run")
    assert code == 2
    assert "no answer from http://127.0.0.1:9/v1 for model 'x'" in error
    assert "baseline/prior" in text


def test_spot_refuses_what_is_no_video_and_what_it_cannot_write(make_video, tmp_path):
    video = make_video("match.mkv")
    arguments = ("--model", "baseline/prior")
    assert "does not exist" in refused("spot", tmp_path / "none.mkv", *arguments)
    (tmp_path / "text.mkv").write_text("text")
    assert "is not a video" in refused("spot", tmp_path / "text.mkv", *arguments, cwd=tmp_path)
    assert "must end in one of" in refused("spot", video, *arguments, "-o", "events.xyz")
    assert "unknown model 'nobody'" in refused("spot", video, "--model", "nobody")


@pytest.mark.parametrize("kind", ["json", "csv", "srt"])
def test_spot_writes_the_events_of_one_video(tmp_path, kind):
    (video,) = DEMO_MATCH.rglob("1_224p.mkv")
    out = tmp_path / f"events.{kind}"
    code, text, _ = touchline(
        "spot", video, "--model", "baseline/random", "-o", out, "--fps", 1, cwd=tmp_path
    )
    assert code == 0
    assert "100.0% of the windows answered" in text
    written = out.read_text()
    if kind == "json":
        events = json.loads(written)
        assert {"half", "position_ms", "time", "label", "team", "confidence"} == set(events[0])
        assert events == sorted(events, key=lambda event: event["position_ms"])
    begins = {"json": "[", "csv": "half,time,position_ms", "srt": "1\n00:"}
    assert str(written).startswith(begins[kind])


def test_models_are_listed_and_shown(tmp_path):
    code, text, _ = touchline("models")
    assert code == 0
    assert "demo" in text
    assert "baseline/random" in text
    assert json.loads(touchline("models", "list", "--json")[1])[0]["engine"] == "baseline"
    assert "4,150,912 parameters" in touchline("models", "show", "demo")[1]
    assert "unknown model" in refused("models", "show", "dmeo")


def test_nothing_of_a_key_is_written_anywhere(bench, tmp_path):
    from tests.support.endpoint import Endpoint, completion

    key = "sk-planted-0123456789abcdef"
    with (
        Endpoint(lambda _: (400, {"error": {"message": "no"}}, {})) as bad,
        Endpoint(lambda _: (200, completion("None."), {})) as good,
    ):
        models = ", ".join(
            f"{{name: {name}, engine: openai, model: m, base_url: '{url}', retries: 0}}"
            for name, url in (("bad", bad.base_url), ("good", good.base_url))
        )
        path = bench(f"data: {{root: data}}\nmodels: [{models}]\n")
        code, text, error = touchline("run", path, "--out", tmp_path / "run", OPENAI_API_KEY=key)
    assert code == 0
    assert good.bodies
    assert key not in text + error
    for file in (tmp_path / "run").rglob("*"):
        assert file.is_dir() or key.encode() not in file.read_bytes()


def _verbs(command: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    yield path
    for name, one in getattr(command, "commands", {}).items():
        if not one.hidden:
            yield from _verbs(one, (*path, name))


def test_help_fits_80_columns_and_cuts_no_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setenv("TERMINAL_WIDTH", "80")
    paths = list(_verbs(get_command(app)))
    assert len(paths) > 30
    for path in paths:
        shown = CliRunner().invoke(app, [*path, "--help"]).output
        assert "…" not in shown, path
        assert "range>" not in shown, path
        assert "list[" not in shown, path
        assert max(map(len, shown.splitlines())) <= 80, path


def test_an_option_has_one_name_in_help_and_its_older_one_still_works(tmp_path: Path) -> None:
    shown = CliRunner().invoke(app, ["run", "--help"]).output
    assert "--gpus-per-worker" in shown
    assert "--cards-per-worker" not in shown
    call = ["run", str(tmp_path / "b.yaml"), "--cards-per-worker", "2"]
    done = CliRunner().invoke(app, call)
    assert "No such option" not in done.output
