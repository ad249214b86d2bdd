"""The cluster of these tests leaves nothing behind, however its owner ends."""

import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from tests.support import slurm_cluster

OWNER = """
import subprocess, sys, time
subprocess.Popen([sys.executable, *sys.argv[1:]], stdin=subprocess.PIPE)
time.sleep(120)
"""


def processes_of(folder):
    """Everything that runs with the cluster's folder in its environment or command line."""
    found = []
    for process in psutil.process_iter():
        try:
            words = [*process.cmdline(), process.environ().get("SLURM_CONF", "")]
        except psutil.Error:
            continue
        if any(str(folder) in word for word in words):
            found.append(process)
    return found


def wait(true, seconds):
    deadline = time.monotonic() + seconds
    while not true() and time.monotonic() < deadline:
        time.sleep(0.1)
    return true()


@pytest.mark.slow
@pytest.mark.skipif(
    bool(slurm_cluster.missing_programs()), reason="SKIPPED FOR WANT OF SLURM: not installed"
)
def test_daemons_and_jobs_end_when_their_owner_is_killed(tmp_path):
    folder = tmp_path / "cluster"
    folder.mkdir(mode=0o755)
    slurm_cluster.write_configuration(folder)
    program = Path(slurm_cluster.__file__)
    owner = subprocess.Popen([sys.executable, "-c", OWNER, program, folder])
    try:
        environment = {"PATH": "/usr/bin:/bin", "SLURM_CONF": str(folder / "slurm.conf")}
        submit = ["sbatch", "--output=/dev/null", "--wrap=sleep 300"]

        def submitted():
            done = subprocess.run(submit, env=environment, capture_output=True, check=False)
            return done.returncode == 0

        def sleeps():
            return any(one.name() == "sleep" for one in processes_of(folder))

        assert wait(submitted, 30)
        assert wait(sleeps, 30)
    finally:
        owner.kill()
        owner.wait()
    assert wait(lambda: not processes_of(folder), 15), processes_of(folder)
