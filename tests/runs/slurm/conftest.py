"""A real SLURM for the tests of this folder, one for all of them."""

import contextlib
import json
import os
import re
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.support.endpoint import Endpoint, completion
from tests.support.slurm_cluster import ENDED, missing_programs, write_configuration
from tests.support.videos import soccernet_folder
from touchline.replies import read_records

_FOLDER = Path(__file__).parent
_PROGRAM = Path(__file__).parents[2] / "support/slurm_cluster.py"


def pytest_collection_modifyitems(items):
    """One process runs all tests of this folder: there is one cluster."""
    for item in items:
        if _FOLDER in item.path.parents:
            item.add_marker(pytest.mark.xdist_group("slurm"))


class Slurm:
    """The running cluster, as a user of it has it."""

    def __init__(self, folder):
        self.folder = folder
        self.environment = {**os.environ, "SLURM_CONF": str(folder / "slurm.conf")}
        self.past = set()

    def tell(self, *command, **more):
        """Runs a program against the cluster; its completed process."""
        environment = self.environment | more
        return subprocess.run(
            command, env=environment, capture_output=True, text=True, timeout=120, check=False
        )

    def jobs(self):
        """State by job number, tasks of an array as "12_3", of the test's own jobs."""
        found = {}
        for line in self.tell("scontrol", "-o", "show", "job").stdout.splitlines():
            facts = dict(re.findall(r"(\w+)=(\S+)", line))
            if facts:
                array = facts.get("ArrayJobId")
                name = f"{array}_{facts['ArrayTaskId']}" if array else facts["JobId"]
                found[name] = facts
        return {name: facts for name, facts in found.items() if name not in self.past}

    def wait(self, true, seconds, what):
        """Waits until something of the jobs is true."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            jobs = self.jobs()
            if true(jobs):
                return jobs
            time.sleep(0.3)
        raise AssertionError(f"{what} did not come in {seconds} s: {self.jobs()}")

    def wait_ended(self, seconds):
        """Waits until none of the test's jobs waits or runs; their states."""
        jobs = self.wait(
            lambda jobs: all(one["JobState"] in ENDED for one in jobs.values()), seconds, "the end"
        )
        return [one["JobState"] for one in jobs.values()]


class Benchmark:
    """A benchmark of one real endpoint that can be slowed down, and its run on the cluster."""

    def __init__(self, slurm, folder, endpoint):
        self.slurm, self.endpoint, self.folder = slurm, endpoint, folder / "run"
        self.file = folder / "bench.yaml"
        soccernet_folder(folder / "data", labels=[(1, 1000, "Goal")])
        model = (
            f"{{name: x, engine: openai, model: m, in_flight: 1, base_url: '{endpoint.base_url}'}}"
        )
        self.file.write_text(
            "data: {root: data}\n"
            f"models: [{model}]\n"
            "sampling: {fps: 5, window: 1, stride: 0.1}\n"
        )

    def submit(self, *options, **environment):
        """`touchline run --on slurm`, as a user has it."""
        command = [sys.executable, "-m", "touchline", "run", self.file, "--out", self.folder]
        return self.slurm.tell(*command, "--on", "slurm", *options, **environment)

    def records(self):
        """All that was answered, as often as it was answered."""
        return list(read_records(self.folder / "replies/x"))

    def asked(self):
        """Every question that reached the endpoint."""
        return [json.dumps(body["messages"], sort_keys=True) for body in self.endpoint.bodies]

    def wait_answered(self, count, seconds=60):
        """Waits until some windows are answered."""
        deadline = time.monotonic() + seconds
        while len(self.records()) < count:
            assert time.monotonic() < deadline, (self.logs(), self.slurm.jobs())
            time.sleep(0.1)

    def logs(self):
        """What all jobs of the run have said."""
        files = sorted((self.folder / "slurm/logs").glob("*.out"))
        return "\n".join(file.read_text() for file in files)


@pytest.fixture(scope="session")
def running_slurm(tmp_path_factory):
    """munged, slurmctld and slurmd, ready for jobs; they end with this process."""
    if missing := missing_programs():
        pytest.skip(f"SKIPPED FOR WANT OF SLURM: {', '.join(missing)} not installed")
    folder = tmp_path_factory.mktemp("slurm")
    folder.chmod(0o755)
    write_configuration(folder)
    process = subprocess.Popen([sys.executable, _PROGRAM, folder], stdin=subprocess.PIPE)
    slurm = Slurm(folder)
    try:
        deadline = time.monotonic() + 30
        while "idle" not in slurm.tell("sinfo", "--noheader", "--format=%T").stdout:
            if time.monotonic() > deadline or process.poll() is not None:
                logs = [log.read_text()[-2000:] for log in folder.glob("*.log")]
                raise AssertionError("SLURM did not come up:\n" + "\n".join(logs))
            time.sleep(0.1)
        yield slurm
    finally:
        process.stdin.close()
        process.wait(timeout=30)


@pytest.fixture
def slurm(running_slurm, monkeypatch):
    """The cluster with no jobs in it, and this process as a user of it."""
    monkeypatch.setenv("SLURM_CONF", running_slurm.environment["SLURM_CONF"])
    yield running_slurm
    running_slurm.tell("scancel", "--user", str(os.getuid()))
    running_slurm.wait_ended(30)
    running_slurm.past |= set(running_slurm.jobs())


@pytest.fixture
def benchmark(slurm, tmp_path):
    """Makes a benchmark whose model takes a while for each of 62 windows."""
    with contextlib.ExitStack() as open_:

        def make(seconds):
            def answer(_body):
                time.sleep(seconds)
                return 200, completion("None."), {}

            return Benchmark(slurm, tmp_path, open_.enter_context(Endpoint(answer)))

        yield make
