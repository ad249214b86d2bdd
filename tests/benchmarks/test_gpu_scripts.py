"""The benchmarks for GPUs run where there is none, with two layers, so that they do not rot."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

FOLDER = Path(__file__).parents[2] / "benchmarks"


def rows(script, *words):
    command = [sys.executable, str(FOLDER / script), "--tiny", "--new-tokens", "2", "--json"]
    done = subprocess.run([*command, *words], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.mark.slow
def test_the_engine_in_this_process_is_measured():
    found = rows("gpu_transformers.py", "--windows", "2", "--batch", "2")
    assert [row["model"] for row in found] == ["qwen2.5-vl-7b", "qwen3-vl-8b"]
    for row in found:
        assert row["windows_per_second"] > 0
        assert 0 <= row["waiting_share"] <= 1
        assert row["prompt_tokens"] > 15
        # The planner's figure is that of the whole model, whatever was built.
        assert row["planned_gb"] > 15
        assert row["no_kernel_share"] is None


@pytest.mark.slow
def test_a_server_is_measured():
    words = ["--models", "qwen2.5-vl-7b", "--in-flight", "1", "2"]
    found = rows("gpu_servers.py", *words, "--least-windows", "1", "--rounds", "1")
    assert [row["in_flight"] for row in found] == [1, 2]
    assert all(row["windows_per_second"] > 0 for row in found)
