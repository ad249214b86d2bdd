"""The benchmarks of run folders still run; what they measure is not judged here."""

import subprocess
import sys
from pathlib import Path

import pytest

FOLDER = Path(__file__).parents[2] / "benchmarks"


@pytest.mark.parametrize(
    "words", [("bench_runs.py", "--windows", "3000"), ("bench_many_runs.py", "--runs", "2")]
)
def test_a_small_one_is_measured(words):
    command = [sys.executable, str(FOLDER / words[0]), *words[1:]]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "MB" in done.stdout + done.stderr
