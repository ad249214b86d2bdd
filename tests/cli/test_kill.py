"""A run killed with -9 at a random moment and started again."""

import hashlib
import json
import os
import random
import signal
import subprocess
import sys
import time

import pytest

from tests.support.endpoint import Endpoint, completion
from tests.support.videos import soccernet_folder
from touchline.models import Reply
from touchline.replies import read_records

GAME = "league/2025-2026/a - b"


def answer(body):
    """An answer that depends on the question alone, after a while."""
    time.sleep(0.03)
    question = json.dumps(body["messages"], sort_keys=True).encode()
    digest = hashlib.sha256(question).digest()
    label = ("Goal", "Foul", "Corner")[digest[0] % 3]
    claim = {"label": label, "time": digest[1] / 256, "confidence": digest[2] / 256}
    return 200, completion(json.dumps(claim) if digest[3] % 2 else "None."), {}


def start(bench, out, cache):
    environment = {**os.environ, "TOUCHLINE_CACHE": str(cache)}
    arguments = [sys.executable, "-m", "touchline", "run", str(bench), "--out", str(out)]
    return subprocess.Popen(
        arguments, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )


def settled(endpoint):
    """How many questions the endpoint has seen, once what was on its way has arrived."""
    seen = -1
    while seen != len(endpoint.bodies):
        seen = len(endpoint.bodies)
        time.sleep(0.5)
    return seen


@pytest.mark.slow
@pytest.mark.timeout(3000)
@pytest.mark.parametrize("seed", range(3))
def test_no_answered_window_is_asked_twice_and_the_spots_are_those_of_an_unbroken_run(
    tmp_path, seed
):
    soccernet_folder(tmp_path / "data", labels=[(1, 1000, "Goal")])
    with Endpoint(answer) as endpoint:
        bench = tmp_path / "bench.yaml"
        bench.write_text(
            f"data: {{root: data}}\nmodels: [{{name: x, engine: openai, model: m, in_flight: 3, "
            f"base_url: '{endpoint.base_url}'}}]\nsampling: {{fps: 5, window: 1, stride: 0.1}}\n"
        )
        assert start(bench, tmp_path / "whole", tmp_path / "cache").wait(timeout=1200) == 0
        windows = len(endpoint.bodies)
        endpoint.bodies.clear()

        run, moment, answered = tmp_path / "broken", random.Random(seed), 0
        for _ in range(3):
            process = start(bench, run, tmp_path / "cache")
            goal = len(endpoint.bodies) + moment.randrange(8, windows // 4)
            while len(endpoint.bodies) < goal and process.poll() is None:
                time.sleep(0.005)
            process.send_signal(signal.SIGKILL)
            process.wait(timeout=300)
            asked_before, answered_before = settled(endpoint), answered
            answered = len(list(read_records(run / "replies/x")))
            assert answered_before <= answered <= asked_before
        assert answered > 0
        assert start(bench, run, tmp_path / "cache").wait(timeout=1200) == 0
        assert len(endpoint.bodies) == asked_before + windows - answered

    records = list(read_records(run / "replies/x"))
    assert len(records) == windows == len({record.answer.key for record in records})
    assert all(isinstance(record.answer, Reply) for record in records)
    official = f"spots/x/{GAME}/results_spotting.json"
    assert (run / official).read_bytes() == (tmp_path / "whole" / official).read_bytes()
    assert (run / "spots.csv").read_bytes() == (tmp_path / "whole/spots.csv").read_bytes()
