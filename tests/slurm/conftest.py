"""A real SLURM for the tests of this folder, one for all of them."""

import os
import re
import subprocess
import sys
import time
from pathlib import Path

import pytest

from support.slurm_cluster import missing_programs, write_configuration

_PROGRAM = Path(__file__).parents[1] / "support/slurm_cluster.py"


class Slurm:
    """The running cluster, as a user of it has it."""

    def __init__(self, folder):
        self.folder = folder
        self.environment = {**os.environ, "SLURM_CONF": str(folder / "slurm.conf")}

    def tell(self, *command, **more):
        """Runs a program against the cluster; its completed process."""
        environment = self.environment | more
        return subprocess.run(
            command, env=environment, capture_output=True, text=True, timeout=120, check=False
        )

    def jobs(self):
        """State by job number, tasks of an array as "12_3", of all that SLURM remembers."""
        found = {}
        for line in self.tell("scontrol", "-o", "show", "job").stdout.splitlines():
            facts = dict(re.findall(r"(\w+)=(\S+)", line))
            if facts:
                array = facts.get("ArrayJobId")
                name = f"{array}_{facts['ArrayTaskId']}" if array else facts["JobId"]
                found[name] = facts
        return found

    def wait(self, true, seconds, what):
        """Waits until something of the jobs is true."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            jobs = self.jobs()
            if true(jobs):
                return jobs
            time.sleep(0.3)
        raise AssertionError(f"{what} did not come in {seconds} s: {self.jobs()}")


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
