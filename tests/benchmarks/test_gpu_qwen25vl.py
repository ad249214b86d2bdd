"""The benchmark for GPUs runs where there is none, with two layers, so that it does not rot."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[2] / "benchmarks/gpu_qwen25vl.py"


@pytest.mark.slow
def test_the_gpu_benchmark_runs_small_on_the_cpu():
    words = ["--tiny", "--windows", "2", "--batch", "2", "--new-tokens", "2", "--json"]
    done = subprocess.run(
        [sys.executable, str(SCRIPT), *words], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    rows = {row["attention"]: row for row in json.loads(done.stdout)}
    assert set(rows) == {"sdpa", "eager"}
    for row in rows.values():
        assert row["windows_per_second"] > 0
        assert 0 <= row["idle_share"] <= 1
        assert row["prompt_tokens"] > 15
