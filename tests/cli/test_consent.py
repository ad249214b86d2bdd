"""What a benchmark from a stranger does only when its reader has allowed it."""

import json
import os
import pty
import subprocess
import sys

import pytest

from tests.support.endpoint import Endpoint, completion
from tests.support.videos import soccernet_folder

KEY = "sk-mine-0123456789abcdef"

BENCH = """
data: {{root: data}}
models:
  - {{name: x, engine: openai, model: m, base_url: "{url}", retries: 0, api_key_env: MY_SECRET}}
sampling: {{fps: 1, window: 1, stride: 1}}
scoring: {{min_coverage: 0}}
"""


def answer(body):
    return 200, completion("None."), {}


@pytest.fixture
def folder(tmp_path):
    soccernet_folder(tmp_path / "data")
    return tmp_path


def environment(folder):
    found = {name: value for name, value in os.environ.items() if name != "TOUCHLINE_YES"}
    return {**found, "MY_SECRET": KEY, "XDG_CONFIG_HOME": str(folder / "config")}


def run(folder, *words):
    return subprocess.run(
        [sys.executable, "-m", "touchline", "run", "bench.yaml", "--out", "run", *words],
        cwd=folder,
        env=environment(folder),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@pytest.mark.slow
def test_a_key_goes_to_an_address_only_after_consent_which_is_remembered(folder):
    with Endpoint(answer) as endpoint:
        (folder / "bench.yaml").write_text(BENCH.format(url=endpoint.base_url))
        refused = run(folder)
        assert refused.returncode == 2
        assert "the key in MY_SECRET is sent to http://127.0.0.1:" in refused.stderr
        assert "--yes" in refused.stderr
        assert endpoint.bodies == []
        done = run(folder, "--yes")
        assert done.returncode == 0, done.stderr
        assert "allowed from now on: model 'x': the key in MY_SECRET" in done.stderr
        count = len(endpoint.bodies)
        assert count
        again = run(folder, "--again", "unreadable")
        assert again.returncode == 0, again.stderr
        # The same key, and another address; the same address, and another key.
        text = (folder / "bench.yaml").read_text()
        (folder / "bench.yaml").write_text(text.replace("127.0.0.1", "localhost"))
        assert "is sent to http://localhost:" in run(folder).stderr
    kept = json.loads((folder / "config/touchline/consents.json").read_text())["allowed"]
    assert len(kept) == 1
    assert KEY not in str(kept)


@pytest.mark.slow
def test_a_program_of_a_card_is_started_only_after_consent(folder):
    program = folder / "evil"
    program.write_text("#!/bin/sh\ntouch started\nexit 1\n")
    program.chmod(0o755)
    weights = folder / "weights"
    weights.mkdir()
    card = f"{{name: x, engine: vllm, checkpoint: '{weights}', program: '{program}', start_s: 5}}"
    (folder / "bench.yaml").write_text(f"data: {{root: data}}\nmodels: [{card}]\n")
    done = run(folder)
    assert done.returncode == 2
    assert f"the program of the card is started: {program}" in done.stderr
    assert not (folder / "started").exists()
    run(folder, "--yes")
    assert (folder / "started").exists()


@pytest.mark.slow
@pytest.mark.parametrize(("says", "asked"), [("y\n", True), ("n\n", False)])
def test_on_a_terminal_it_is_asked_in_one_sentence(folder, says, asked):
    with Endpoint(answer) as endpoint:
        (folder / "bench.yaml").write_text(BENCH.format(url=endpoint.base_url))
        ours, theirs = pty.openpty()
        started = subprocess.Popen(
            [sys.executable, "-m", "touchline", "run", "bench.yaml", "--out", "run"],
            cwd=folder,
            env=environment(folder),
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
        )
        os.close(theirs)
        shown = b""
        while b"[y/N]" not in shown:
            shown += os.read(ours, 1000)
        os.write(ours, says.encode())
        while _more(ours):
            pass
        started.wait(timeout=60)
        os.close(ours)
    assert b"the key in MY_SECRET is sent to http://127.0.0.1:" in shown
    assert bool(endpoint.bodies) is asked


def _more(terminal):
    try:
        return os.read(terminal, 10_000)
    except OSError:  # how a terminal says that nobody writes to it any more
        return b""
