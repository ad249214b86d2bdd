"""The same benchmark through the endpoint engine, against a real server of the demo model."""

import os
import socket
import subprocess
import sys
import time
import urllib.request

import pytest

from touchline.models import find_card
from touchline.replies.journal import read_records
from touchline.runs import make_plan, parse_bench, run

_TRANSFORMERS = (
    "from touchline.models.torchvision_operators import mend_torchvision\n"
    "mend_torchvision()\n"
    "from transformers.cli.transformers import main\n"
    "main()"
)


@pytest.fixture
def server(tmp_path):
    """`transformers serve` with the demo model, on loopback, for as long as the test lasts."""
    (tmp_path / "hub/hub").mkdir(parents=True)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    checkpoint = find_card("demo").checkpoint_path()
    # It ends by itself, even where the tests are killed and nobody ends it.
    command = ["timeout", "600", sys.executable, "-c", _TRANSFORMERS, "serve"]
    options = ["--host", "127.0.0.1", "--port", str(port), "--dtype", "float32", "--device", "cpu"]
    environment = {**os.environ, "HF_HOME": str(tmp_path / "hub"), "HF_HUB_OFFLINE": "1"}
    with (tmp_path / "server.log").open("w") as log:
        process = subprocess.Popen(
            [*command, checkpoint, *options], env=environment, stdout=log, stderr=log
        )
        try:
            _wait(f"http://127.0.0.1:{port}/health", process, tmp_path / "server.log")
            yield f"http://127.0.0.1:{port}/v1", checkpoint
        finally:
            process.terminate()
            process.wait(timeout=30)


def _wait(url, process, log):
    deadline = time.monotonic() + 90
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with urllib.request.urlopen(url, timeout=2):
                return
        except OSError:
            time.sleep(0.3)
    raise AssertionError(log.read_text())


@pytest.mark.slow
def test_a_served_model_gives_the_spots_of_the_same_model_in_this_process(server, tmp_path):
    base_url, checkpoint = server
    demo = find_card("demo")
    served = (
        f"{{name: served, engine: openai, base_url: '{base_url}', model: {checkpoint}, "
        f"generation: {{max_new_tokens: {demo.generation.max_new_tokens}}}}}"
    )
    sampling = demo.sampling.model_copy(update={"stride": 6.0}).model_dump()
    bench = (
        f"data: {{root: 'builtin:demo'}}\nmodels: [demo, {served}]\n"
        f"sampling: {{{', '.join(f'{name}: {value}' for name, value in sampling.items())}}}\n"
    )
    plan = make_plan(parse_bench(bench, "b", tmp_path), "served")
    finished = run(plan, tmp_path / "run", lambda *_: None).finished
    texts = {
        name: {
            (record.window.half, record.window.index): record.answer.text
            for record in read_records(tmp_path / "run/replies" / name)
        }
        for name in ("demo", "served")
    }
    assert texts["served"] == texts["demo"]
    assert any("label" in text for text in texts["demo"].values())
    spots = {outcome.model: outcome.spots for outcome in finished.outcomes}
    assert spots["served"] == spots["demo"]
