"""A pool of real worker processes on one machine."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.support.storm import command
from tests.support.videos import soccernet_folder
from touchline.errors import UserError
from touchline.models import Failure
from touchline.replies.journal.records import read_records
from touchline.runs import run
from touchline.runs.asking.workers import WorkerConfig, choose_workers
from touchline.runs.planning.resume import resume_plan

WINDOWS = 62
BENCH = (
    "data: {root: data}\nmodels: [{name: x, engine: openai, model: m, "
    "base_url: 'http://127.0.0.1:9/v1'}]\nsampling: {fps: 10, window: 1, stride: 0.1}\n"
)


@pytest.fixture
def bench(tmp_path):
    soccernet_folder(tmp_path / "data", labels=[(1, 1000, "Goal")])
    file = tmp_path / "bench.yaml"
    file.write_text(BENCH)
    return file


def pooled(bench, out, devices=(None, None, None)):
    plan, folder = resume_plan(bench, out)
    return run(plan, folder, lambda *_: None, workers=WorkerConfig(devices, command()))


def records(out):
    return list(read_records(out / "replies/x"))


@pytest.mark.slow
def test_workers_share_a_half_and_each_sees_its_own_device(bench, tmp_path, monkeypatch):
    log = tmp_path / "devices.txt"
    monkeypatch.setenv("STORM_LOG", str(log))
    monkeypatch.setattr("touchline.runs.asking.workers.LocalCard", object)
    result = pooled(bench, tmp_path / "run", devices=("0", "GPU-b", "2"))
    assert result.finished.rows[0].coverage == 1
    assert len(records(tmp_path / "run")) == WINDOWS
    noted = [json.loads(line) for line in log.read_text().splitlines()]
    assert sorted(one["starts"] for one in noted if "starts" in one) == ["0", "2", "GPU-b"]
    assert len([one for one in noted if "loads" in one]) <= 3
    again = pooled(bench, tmp_path / "run", devices=("0", "GPU-b", "2"))
    assert again.finished.rows == result.finished.rows
    assert len(records(tmp_path / "run")) == WINDOWS
    names = {file.name[:3] for file in (tmp_path / "run/replies/x").iterdir()}
    assert names == {"w00", "w01", "w02"}


@pytest.mark.slow
def test_a_window_that_kills_its_worker_fails_and_the_others_are_answered(
    bench, tmp_path, monkeypatch, capfd
):
    monkeypatch.setenv("STORM_KILLER_MS", "1500")
    result = pooled(bench, tmp_path / "run", devices=(None, None))
    row = result.finished.rows[0]
    assert row.outcomes["failed"] == 2
    failures = {r.answer.key: r for r in records(tmp_path / "run") if isinstance(r.answer, Failure)}
    assert [one.window.start_ms for one in failures.values()] == [1500, 1500]
    assert all("its worker died 3 times" in one.answer.message for one in failures.values())
    assert all("SIGSEGV" in one.answer.message for one in failures.values())
    assert "another takes its place" in capfd.readouterr().err


@pytest.mark.slow
def test_workers_that_never_come_up_end_the_run_with_a_sentence(bench, tmp_path, monkeypatch):
    monkeypatch.setenv("STORM_STILLBORN", "1")
    result = pooled(bench, tmp_path / "run", devices=(None,))
    assert "died again and again without an answer (exit status 1)" in result.refused["x"]


@pytest.mark.slow
def test_what_a_worker_refuses_is_said_once(bench, tmp_path, monkeypatch):
    monkeypatch.setenv("STORM_REFUSES", "no such checkpoint")
    assert pooled(bench, tmp_path / "run").refused == {"x": "no such checkpoint"}


def start(bench, out, workers=3, **environment):
    import support.storm

    return subprocess.Popen(
        [sys.executable, support.storm.__file__, "run", str(bench), str(out), str(workers)],
        env={**os.environ, "STORM_SECONDS": "0.1", **environment},
        stderr=subprocess.PIPE,
        text=True,
    )


def children(pid):
    return [int(one) for one in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def until(true, seconds=60):
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it never came"
        time.sleep(0.05)


def alive(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().split()[2] != "Z"
    except OSError:
        return False


@pytest.mark.slow
def test_workers_end_by_themselves_when_the_parent_is_killed(bench, tmp_path):
    process = start(bench, tmp_path / "run")
    until(lambda: records(tmp_path / "run"))
    workers = children(process.pid)
    assert len(workers) == 3
    process.kill()
    process.communicate()
    until(lambda: not any(map(alive, workers)), 20)


@pytest.mark.slow
@pytest.mark.parametrize("workers", [0, 3])
def test_a_first_ctrl_c_answers_what_is_in_flight_and_a_second_ends_at_once(
    bench, tmp_path, workers
):
    loads = tmp_path / "loads.txt"
    process = start(bench, tmp_path / "run", workers)
    until(lambda: records(tmp_path / "run"))
    process.send_signal(signal.SIGINT)
    said = process.communicate(timeout=60)[1]
    assert process.returncode == 75
    assert "stopping after the windows in flight" in said
    first = len(records(tmp_path / "run"))
    assert 0 < first < WINDOWS

    process = start(bench, tmp_path / "run", workers, STORM_SECONDS="20", STORM_LOG=str(loads))
    until(lambda: loads.exists() and loads.read_text().count("loads") == (workers or 1))
    pids = children(process.pid)
    process.send_signal(signal.SIGINT)
    time.sleep(0.5)
    assert process.poll() is None
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=15)
    assert process.returncode == 75
    assert not any(map(alive, pids))
    assert len(records(tmp_path / "run")) == first


@pytest.mark.parametrize(
    ("gpus", "visible", "devices"),
    [("auto", "3,5", ("3", "5")), ("1", "GPU-a,GPU-b", ("GPU-a",)), ("2", "0,1,2", ("0", "1"))],
)
def test_devices_are_those_that_are_visible(monkeypatch, gpus, visible, devices):
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", visible)
    assert choose_workers(gpus, None).devices == devices


@pytest.mark.parametrize(
    ("gpus", "workers", "sentence"),
    [
        ("4", None, "--gpus 4: 2 NVIDIA GPUs are visible"),
        ("many", None, "must be a number or 'auto'"),
        ("2", 2, "exclude each other"),
        (None, 0, "at least 1"),
    ],
)
def test_hands_that_are_not_there_are_refused(monkeypatch, gpus, workers, sentence):
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "0,1")
    with pytest.raises(UserError, match=sentence):
        choose_workers(gpus, workers)


def test_a_worker_is_given_one_device_and_its_share_of_the_cores(monkeypatch):
    monkeypatch.delenv("OMP_NUM_THREADS", raising=False)
    environment = WorkerConfig(("7", "8")).environment(1)
    assert environment["CUDA_VISIBLE_DEVICES"] == "8"
    assert int(environment["OMP_NUM_THREADS"]) >= 1
