"""Uploads to Gemini through the command line: whatever ends a run, no video stays there."""

import os
import signal
import subprocess
import sys
import time

import pytest

from tests.support.gemini import FakeGemini
from tests.support.videos import write_video

BENCH = """
data: {{root: data}}
models:
  - {{name: g, engine: gemini, model: m, base_url: "{url}", in_flight: 2}}
prompt: base.v1
sampling: {{fps: 5, window: 3, stride: 3}}
scoring: {{min_coverage: 0}}
"""


def start(folder):
    environment = {**os.environ, "TOUCHLINE_CACHE": str(folder / "cache"), "OMP_NUM_THREADS": "1"}
    environment["GEMINI_API_KEY"] = "a-key-of-gemini"
    command = [sys.executable, "-m", "touchline", "run", "bench.yaml", "--out", "run"]
    with (folder / "out.txt").open("a") as out:
        return subprocess.Popen(command, cwd=folder, env=environment, stdout=out, stderr=out)


def interrupt(process, fake, *signals):
    """Sends signals, one after the other, once a video is being processed."""
    before = len(fake.names)
    while len(fake.names) == before and process.poll() is None:
        time.sleep(0.05)
    for one in signals:
        process.send_signal(one)
        time.sleep(0.5)
    return process.wait(timeout=600)


@pytest.mark.slow
def test_no_video_stays_after_ctrl_c_a_kill_or_the_end(tmp_path):
    game = tmp_path / "data/league/2025-2026/a - b"
    for half in (1, 2):
        write_video(game / f"{half}_224p.mkv", range(0, 6_000, 200))
    (game / "Labels-v2.json").write_text('{"annotations": []}')
    with FakeGemini(polls=100_000) as fake:
        (tmp_path / "bench.yaml").write_text(BENCH.format(url=fake.url))
        assert interrupt(start(tmp_path), fake, signal.SIGINT) == 75, "one Ctrl-C is enough"
        assert "left to ask" in (tmp_path / "out.txt").read_text()
        assert fake.files == {}
        assert interrupt(start(tmp_path), fake, signal.SIGKILL) == -signal.SIGKILL
        assert fake.files, "nobody was left to delete them"
        fake.files_ready()
        assert start(tmp_path).wait(timeout=600) == 0, (tmp_path / "out.txt").read_text()
        assert fake.files == {}
    assert set(fake.names) <= set(fake.deleted), "and what may have been on its way"
    assert list((tmp_path / "cache").rglob("uploads/**/*.txt")) == []
