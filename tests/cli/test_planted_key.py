"""A key that is planted in a run is found nowhere in what the run writes."""

import os
import subprocess
import sys

import pytest

from tests.support.endpoint import Endpoint, completion
from tests.support.videos import soccernet_folder

KEY = "sk-planted-0123456789abcdef"
PART = KEY[:10]

BENCH = """
data: {{root: data}}
models: [{{name: x, engine: openai, model: m, base_url: "{url}", retries: 0,
           api_key_env: PLANTED_KEY, quota: {{longest_wait_s: 1}}}}]
sampling: {{fps: 5, window: 1, stride: 0.5}}
scoring: {{min_coverage: 0}}
"""


def echo(body):
    return 400, {"error": {"message": f"bad request with Authorization: Bearer {KEY}"}}, {}


def echo_at_the_end_of_what_is_kept(body):
    return 500, {"error": {"message": "x" * 290 + KEY}}, {}


def echo_in_a_200(body):
    return 200, {"error": {"code": 500, "message": f"upstream got {KEY}"}}, {}


def echo_in_an_answer(body):
    return 200, completion(f"None. You sent {KEY}."), {}


def echo_as_html(body):
    return 200, f"<html>{KEY}</html>", {"Content-Type": "text/html"}


def spend_the_day(body):
    return 429, {"error": {"message": f"free-models-per-day is spent for {KEY}"}}, {}


def refuse(body):
    return 401, {"error": {"message": f"the key {KEY} is not valid"}}, {}


def run(folder, **environment):
    return subprocess.run(
        [sys.executable, "-m", "touchline", "run", "bench.yaml", "--out", "run"],
        cwd=folder,
        env={
            **os.environ,
            "TOUCHLINE_CACHE": str(folder / "cache"),
            "XDG_STATE_HOME": str(folder / "state"),
            "PLANTED_KEY": KEY,
            **environment,
        },
        capture_output=True,
        text=True,
        timeout=500,
        check=False,
    )


def places(folder):
    return [file for file in folder.rglob("*") if file.is_file() and PART in _text(file)]


def _text(file):
    return file.read_bytes().decode("utf-8", "replace")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (echo, 2),
        (echo_at_the_end_of_what_is_kept, 75),
        (echo_in_a_200, 75),
        (echo_in_an_answer, 0),
        (echo_as_html, 0),
        (refuse, 2),
        (spend_the_day, 75),
    ],
)
def test_a_planted_key_is_written_nowhere(tmp_path, answer, code):
    soccernet_folder(tmp_path / "data")
    with Endpoint(answer) as endpoint:
        (tmp_path / "bench.yaml").write_text(BENCH.format(url=endpoint.base_url))
        done = run(tmp_path, OPENAI_LOG="debug")
    assert endpoint.bodies, done.stderr
    assert done.returncode == code, done.stderr
    assert PART not in done.stdout + done.stderr
    assert places(tmp_path) == []
    journal = "".join(_text(file) for file in (tmp_path / "run/replies/x").glob("*.jsonl"))
    assert code or "[key]" in journal, "the echo itself was written, without the key"


@pytest.mark.parametrize(
    "words",
    [
        f"api_key_env: {KEY}",
        f'base_url: "https://user:{KEY}@example.org/v1"',
        f'base_url: "https://example.org/v1?key={KEY}"',
    ],
)
def test_a_key_that_a_person_writes_into_a_card_is_refused_and_not_shown(tmp_path, words):
    soccernet_folder(tmp_path / "data")
    (tmp_path / "bench.yaml").write_text(
        f"data: {{root: data}}\nmodels: [{{name: x, engine: openai, model: m, {words}}}]\n"
    )
    done = run(tmp_path)
    assert done.returncode == 2
    assert "environment" in done.stderr
    assert KEY not in done.stdout + done.stderr
    assert not (tmp_path / "run").exists()
