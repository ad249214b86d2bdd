"""Jobs of SLURM and `touchline run` in one folder: never both at once."""

import os
import subprocess
import sys
import time

import pytest

from tests.runs.asking.sharing.test_session import elsewhere, held, quiet
from tests.runs.cost.test_spend_limit import plan_of
from tests.support.endpoint import Endpoint, completion
from touchline.errors import ComeBackLater
from touchline.runs import run, run_finalize_job, run_job, run_or_join
from touchline.runs.asking.sharing.asking_process import ProcessIdentity
from touchline.runs.asking.sharing.jobs import asking_as_job, refuse_where_asked
from touchline.runs.asking.sharing.session import open_session
from touchline.runs.asking.stop import Stop
from touchline.runs.slurm.submissions import VERSION, ArrayTask, Submission, write_submission

JOB = """
import os, sys, time
from pathlib import Path
from touchline.runs import run_job
os.environ.update(SLURM_ARRAY_JOB_ID="7", SLURM_ARRAY_TASK_ID="0")
run_job(Path(sys.argv[1]), 1, lambda *_: None)
"""


def planned(tmp_path, endpoint):
    """A run whose questions are written and of which nothing is asked yet, for a job to ask."""
    folder, stop = tmp_path / "run", Stop()
    stop.request("enough")
    with pytest.raises(ComeBackLater):
        run(plan_of(tmp_path, endpoint), folder, quiet, stop)
    tasks = (ArrayTask(model="x", shard="0/1"),)
    one = Submission(version=VERSION, number=1, tasks=tasks, stop_before_s=1, gpus_per_worker=1)
    write_submission(folder, one)
    return folder


def slow(body):
    time.sleep(0.05)
    return 200, completion("None."), {}


def test_a_run_does_not_ask_what_a_job_is_asking_and_goes_on_when_that_was_killed(tmp_path):
    with Endpoint(slow) as endpoint:
        folder = planned(tmp_path, endpoint)
        job = subprocess.Popen([sys.executable, "-c", JOB, str(folder)])
        try:
            while len(endpoint.bodies) < 2:
                assert job.poll() is None
                time.sleep(0.01)
            for start in (run, run_or_join):
                with pytest.raises(ComeBackLater, match=rf"a job of SLURM \(process {job.pid} on"):
                    start(plan_of(tmp_path, endpoint), folder, quiet)
            assert len(endpoint.bodies) < 38
        finally:
            job.kill()
            job.wait()
        asked = len(endpoint.bodies)
        result = run(plan_of(tmp_path, endpoint), folder, quiet)
        assert result.refused == {}
        assert len(endpoint.bodies) <= 38 + 4, "no more than was in flight is asked twice"
        assert asked < 38
    assert list((folder / "asking/jobs").iterdir()) == []


def test_a_job_leaves_the_work_to_a_run_that_asks_already(tmp_path, monkeypatch):
    monkeypatch.setenv("SLURM_ARRAY_JOB_ID", "7")
    monkeypatch.setenv("SLURM_ARRAY_TASK_ID", "0")
    with Endpoint(slow) as endpoint:
        folder = planned(tmp_path, endpoint)
        holder = held(folder)
        try:
            environment = dict(os.environ)
            for leaves in (
                lambda: run_job(folder, 1, quiet),
                lambda: run_finalize_job(folder, quiet),
                lambda: refuse_where_asked(folder, quiet),
            ):
                with pytest.raises(ComeBackLater, match=f"is being asked by process {holder.pid}"):
                    leaves()
            assert endpoint.bodies == []
        finally:
            os.environ.clear()
            os.environ.update(environment)
            holder.kill()
            holder.communicate()
    assert list((folder / "asking/jobs").iterdir()) == []


def test_jobs_ask_beside_each_other(tmp_path):
    with asking_as_job(tmp_path, Stop(), quiet), asking_as_job(tmp_path, Stop(), quiet):
        assert len(list((tmp_path / "asking/jobs").iterdir())) == 2
    with open_session(tmp_path, Stop(), quiet) as session:
        assert session.is_first


def test_a_job_elsewhere_that_is_silent_is_gone_and_learns_of_it(tmp_path, monkeypatch):
    monkeypatch.setattr("touchline.runs.asking.sharing.presence.POLL_S", 0.01)
    monkeypatch.setattr("touchline.runs.asking.sharing.presence.HEARTBEAT_S", 0.01)
    monkeypatch.setattr("touchline.runs.asking.sharing.asking_process.SILENT_S", 0.05)
    own = ProcessIdentity.own()
    elsewhere(tmp_path)  # a run that was killed on another machine keeps no job out
    stop = Stop()
    with asking_as_job(tmp_path, stop, quiet):
        (file,) = (tmp_path / "asking/jobs").iterdir()
        file.write_bytes(own.content().replace(own.system.encode(), b"another machine"))
        monkeypatch.setattr("os.utime", lambda *_: None)
        with open_session(tmp_path, Stop(), quiet):
            until = time.monotonic() + 20
            while stop.reason is None and time.monotonic() < until:
                time.sleep(0.01)
        assert stop.reason == "another process has taken over this run"
