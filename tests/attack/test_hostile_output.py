"""Escapes and markup from endpoints and file names reach no terminal and no spreadsheet."""

import os
import subprocess
import sys

import pytest

from tests.support.endpoint import Endpoint, completion
from tests.support.videos import soccernet_folder

EVIL = "\x1b[2J\x1b]0;owned\x07\x9b1m\u202e\r[red]=cmd[/red]"

BENCH = """
data: {{root: data}}
models: [{{name: x, engine: openai, model: m, base_url: "{url}", retries: 0}}]
sampling: {{fps: 1, window: 1, stride: 1}}
scoring: {{min_coverage: 0}}
"""


def error_with_escapes(body):
    return 401, {"error": {"message": f"no {EVIL}", "code": EVIL, "type": EVIL}}, {}


def answer_with_escapes(body):
    text = f"Goal at 1 s {EVIL}\n=HYPERLINK('http://evil.example')"
    return 200, {**completion(text), "model": EVIL, "system_fingerprint": EVIL}, {}


def touchline(folder, *words):
    done = subprocess.run(
        [sys.executable, "-m", "touchline", *words],
        cwd=folder,
        env={**os.environ, "COLUMNS": "200"},
        capture_output=True,
        timeout=120,
        check=False,
    )
    return done.returncode, (done.stdout + done.stderr).decode("utf-8", "replace")


@pytest.mark.slow
@pytest.mark.parametrize("answer", [error_with_escapes, answer_with_escapes])
def test_what_an_endpoint_says_is_not_obeyed(tmp_path, answer):
    soccernet_folder(tmp_path / "data")
    with Endpoint(answer) as endpoint:
        (tmp_path / "bench.yaml").write_text(BENCH.format(url=endpoint.base_url))
        _, said = touchline(tmp_path, "run", "bench.yaml", "--out", "run")
    _, status = touchline(tmp_path, "status", "run")
    _, compared = touchline(tmp_path, "compare", "run", "--csv")
    for text in (said, status, compared):
        assert not [one for one in "\x1b\x07\x9b\u202e\r" if one in text], text


def test_a_file_name_is_not_obeyed(tmp_path):
    name = f"a{EVIL}.yaml".replace("/", "")
    (tmp_path / name).write_text("models: [x")
    code, said = touchline(tmp_path, "run", name)
    assert code == 2
    assert not [one for one in "\x1b\x07\x9b\u202e\r" if one in said], said
    code, said = touchline(tmp_path, "status", f"gone{EVIL}".replace("/", ""))
    assert code == 2
    assert not [one for one in "\x1b\x07\x9b\u202e\r" if one in said], said
