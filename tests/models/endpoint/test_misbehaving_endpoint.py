"""Two thousand windows through the command line against a server with one fault in five."""

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections import Counter

import pytest

from tests.support.misbehaving import ANSWERED, FAULTS, arrivals, misbehaving
from tests.support.videos import write_video
from touchline.models import Failure, Reply
from touchline.replies import read_records

WINDOWS, PER_SECOND, IN_FLIGHT = 2000, 200, 32

BENCH = """
data: {{root: data}}
models:
  - {{name: x, engine: openai, model: m, base_url: "{url}", in_flight: {in_flight}, timeout_s: 1,
     quota: {{requests_per_second: {per_second}}}}}
prompt: chunk.v1
sampling: {{fps: 10, window: 0.4, stride: 0.1}}
scoring: {{min_coverage: 0}}
"""


def start(folder):
    environment = {**os.environ, "TOUCHLINE_CACHE": str(folder / "cache"), "OMP_NUM_THREADS": "1"}
    command = [sys.executable, "-m", "touchline", "run", "bench.yaml", "--out", "run"]
    with (folder / "out.txt").open("a") as out:
        return subprocess.Popen(command, cwd=folder, env=environment, stdout=out, stderr=out)


def wait_for_arrivals(log, count, process):
    while len(arrivals(log)) < count and process.poll() is None:
        time.sleep(0.05)


def most_in_a_second(times):
    """Most requests in any second, by the server's own clock."""
    times, first, most = sorted(times), 0, 0
    for last, at in enumerate(times):
        while at - times[first] >= 1.0:
            first += 1
        most = max(most, last - first + 1)
    return most


def most_at_once(log):
    records = map(json.loads, log.read_text().splitlines())
    changes = sorted((r["at"], 1) if "at" in r else (r["done"], -1) for r in records)
    flying = most = 0
    for _, change in changes:
        flying += change
        most = max(most, flying)
    return most


@pytest.mark.slow
def test_every_window_ends_once_within_the_limits_and_through_kills(tmp_path):
    game = tmp_path / "data/league/2025-2026/a - b"
    for half in (1, 2):
        write_video(game / f"{half}_224p.mkv", range(0, WINDOWS // 2 * 100 + 300, 100))
    (game / "Labels-v2.json").write_text('{"annotations": []}')
    log = tmp_path / "server.log"
    with misbehaving(log, rate=0.2, latency_s=0.02) as url:
        bench = BENCH.format(url=url, in_flight=IN_FLIGHT, per_second=PER_SECOND)
        (tmp_path / "bench.yaml").write_text(bench)
        for share in (0.3, 0.6):
            process = start(tmp_path)
            wait_for_arrivals(log, int(WINDOWS * share), process)
            process.send_signal(signal.SIGKILL)
            process.wait(timeout=30)
        assert start(tmp_path).wait(timeout=120) == 0, (tmp_path / "out.txt").read_text()

    arrived = arrivals(log)
    wanted = keys_of_the_plan(tmp_path / "run")
    records = list(read_records(tmp_path / "run/replies/x"))
    replied = Counter(one.answer.key for one in records if isinstance(one.answer, Reply))
    failed = {one.answer.key for one in records if isinstance(one.answer, Failure)}
    assert WINDOWS <= len(wanted) == len(replied.keys() | failed), "a window is lost"
    assert set(replied.values()) == {1}, "a window is answered twice"
    assert len(replied) > 0.99 * len(wanted)
    assert all(one.answer.message for one in records if isinstance(one.answer, Failure))
    for one in records:
        if isinstance(one.answer, Reply):
            chunk = re.search(r"chunk (\d+)/", one.answer.text)[1]
            assert int(chunk) == one.window.index + 1, "a reply of another window"
            assert one.answer.cost_usd >= 0.001, "tries without an answer may have cost as well"
    assert {one["kind"] for one in arrived} == {"good", *FAULTS}
    assert most_in_a_second([one["at"] for one in arrived]) <= PER_SECOND
    assert most_at_once(log) <= IN_FLIGHT * 2, "what a killed client had sent may still fly"
    answered = sum(one["kind"] in ANSWERED for one in arrived)
    assert len(replied) <= answered <= len(replied) + 2 * IN_FLIGHT + 20


def keys_of_the_plan(run):
    lines = (run / "questions/x.jsonl").read_text().splitlines()
    return {key for line in lines for key in json.loads(line)["keys"]}
