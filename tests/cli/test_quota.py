"""A quota through the command line: exit code 75 and the time to come back, or a clock."""

import os
import re
import subprocess
import sys

import pytest

from tests.support.endpoint import Endpoint, completion
from tests.support.videos import soccernet_folder

BENCH = """
data: {{root: data}}
models: [{{name: x, engine: openai, model: m, base_url: "{url}", quota: {quota}}}]
sampling: {{fps: 5, window: 1, stride: 0.5}}
"""


def run(folder, url, quota):
    (folder / "bench.yaml").write_text(BENCH.format(url=url, quota=quota))
    return subprocess.run(
        [sys.executable, "-m", "touchline", "run", "bench.yaml", "--out", "run"],
        cwd=folder,
        env={**os.environ, "TOUCHLINE_CACHE": str(folder / "cache")},
        capture_output=True,
        text=True,
        timeout=500,
        check=False,
    )


SMALL = "{requests_per_day: 5, longest_wait_s: 1}"
LARGE = "{requests_per_day: 500}"


def good(body):
    return 200, completion("None."), {}


@pytest.mark.slow
def test_a_spent_day_is_exit_code_75_with_the_time_and_the_same_command_goes_on(tmp_path):
    soccernet_folder(tmp_path / "data")
    with Endpoint(good) as endpoint:
        first = run(tmp_path, endpoint.base_url, SMALL)
        again = run(tmp_path, endpoint.base_url, SMALL)
        assert len(endpoint.bodies) == 5
        last = run(tmp_path, endpoint.base_url, LARGE)
        asked = len(endpoint.bodies)
    for spent in (first, again):
        assert spent.returncode == 75, spent.stderr
        assert re.search(r"come back at \d{4}-\d\d-\d\d 00:00:05 UTC", spent.stderr)
    assert last.returncode == 0, last.stderr
    assert f"{asked} of {asked} windows" in last.stderr, "no window is asked twice"


@pytest.mark.slow
def test_a_short_wait_is_slept_with_a_clock(tmp_path):
    soccernet_folder(tmp_path / "data")
    waits = iter([(429, {"error": "busy"}, {"Retry-After": "6"})])
    with Endpoint(lambda body: next(waits, good(body))) as endpoint:
        done = run(tmp_path, endpoint.base_url, "{}")
    assert done.returncode == 0, done.stderr
    assert re.search(r"for model 'x' waits for .*: 0:00:0\d left, until .* UTC", done.stderr)
