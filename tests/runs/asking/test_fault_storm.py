"""Two hundred kills at random moments: nothing is lost, and the result is that of a calm run."""

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.support import storm
from tests.support.videos import soccernet_folder, write_video
from touchline.models import Reply
from touchline.replies import read_records

GAME = "league/2025-2026/a - b"
KILLS = 200
WINDOWS = 3000
SLOW = 0.1
"""Seconds a window while there are kills, so that there is something to kill until the last."""


def start(bench, folder, window_seconds=0.002):
    """The run; what it says of its workers' deaths is not wanted."""
    arguments = [sys.executable, storm.__file__, "run", str(bench), str(folder)]
    environment = os.environ | {"STORM_SECONDS": str(window_seconds)}
    return subprocess.Popen(arguments, env=environment, stderr=subprocess.DEVNULL)


def children(pid):
    """Process ids of a process's children, as the kernel lists them now."""
    try:
        return [int(one) for one in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        return []


def kill(pid):
    """Kills a process; False for one that has ended already."""
    try:
        if Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z":
            return False
        os.kill(pid, signal.SIGKILL)
    except OSError:
        return False
    return True


def wait_for_answers(journal, seconds=5.0):
    """Waits until the journal grows, or for so long where nobody lives to write."""
    before, end = size(journal), time.monotonic() + seconds
    while size(journal) == before and time.monotonic() < end:
        time.sleep(0.01)


def size(journal):
    return sum(file.stat().st_size for file in journal.glob("*.jsonl"))


@pytest.fixture
def bench(tmp_path):
    """Half an hour of nothing much in two halves, a window every tenth of a second."""
    root = soccernet_folder(tmp_path / "data", labels=[(1, 1000, "Goal"), (2, 90_000, "Foul")])
    for half in (1, 2):
        write_video(root / GAME / f"{half}_224p.mkv", range(0, 150_900, 100))
    file = tmp_path / "bench.yaml"
    file.write_text(
        "data: {root: data}\nmodels: [{name: x, engine: openai, model: m, "
        "base_url: 'http://127.0.0.1:9/v1'}]\nsampling: {fps: 10, window: 1, stride: 0.1}\n"
    )
    return file


@pytest.mark.slow
@pytest.mark.timeout(3000)
@pytest.mark.skipif(not Path("/proc/self").is_dir(), reason="SKIPPED: there is no /proc here")
def test_a_run_killed_two_hundred_times_ends_as_an_unbroken_one(tmp_path, bench):
    whole, broken = tmp_path / "whole", tmp_path / "broken"
    assert start(bench, whole).wait(timeout=1200) == 0

    moment, process, killed = random.Random(7), start(bench, broken, SLOW), 0
    while killed < KILLS:
        wait_for_answers(broken / "replies/x")
        time.sleep(moment.uniform(0.0, 0.2))
        if process.poll() is not None:
            assert process.returncode != 0, "it was done before the storm was over"
            process = start(bench, broken, SLOW)
        workers = children(process.pid)
        if not workers or moment.random() < 0.04:
            killed += bool(workers) and kill(process.pid)
        else:
            killed += kill(moment.choice(workers))
    process.kill()
    process.wait(timeout=300)
    answered = {r.answer.key for r in read_records(broken / "replies/x")}
    assert 0 < len(answered) < WINDOWS
    assert start(bench, broken).wait(timeout=1200) == 0

    records = [r for r in read_records(broken / "replies/x") if isinstance(r.answer, Reply)]
    assert len({record.answer.key for record in records}) == WINDOWS
    for name in (f"spots/x/{GAME}/results_spotting.json", "spots.csv", "scores.json"):
        assert (broken / name).read_bytes() == (whole / name).read_bytes(), name
