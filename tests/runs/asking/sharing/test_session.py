import os
import signal
import subprocess
import sys
import threading
import time
from collections import Counter

import pytest

from tests.runs.cost.test_spend_limit import plan_of
from tests.support.endpoint import Endpoint, completion
from touchline.errors import ComeBackLater, UserError
from touchline.models import Reply
from touchline.replies import read_records
from touchline.runs import JoinResult, RunResult, run, run_or_join
from touchline.runs.asking.sharing import asking_process
from touchline.runs.asking.sharing.session import open_session, session_number
from touchline.runs.asking.stop import Stop

HOLD = """
import sys, time
from pathlib import Path
from touchline.runs.asking.sharing.session import open_session
from touchline.runs.asking.stop import Stop
with open_session(Path(sys.argv[1]), Stop(), print):
    print("open", flush=True)
    time.sleep(60)
"""


def quiet(*_):
    return


def held(folder):
    """A process that asks in a folder."""
    command = [sys.executable, "-c", HOLD, str(folder)]
    holder = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert holder.stdout.readline() == "open\n"
    return holder


def test_a_second_start_is_refused_until_the_first_is_done(tmp_path):
    with open_session(tmp_path, Stop(), quiet) as first:
        assert first.is_first
        with pytest.raises(ComeBackLater, match=rf"process {os.getpid()} on .* --join"):
            open_session(tmp_path, Stop(), quiet)
    with open_session(tmp_path, Stop(), quiet) as again:
        assert again.is_first
    assert session_number(tmp_path) == 2
    assert [path.name for path in (tmp_path / "asking").iterdir()] == ["0002.json"]


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM])
def test_a_killed_process_keeps_nobody_out_and_a_suspended_one_does(tmp_path, how):
    holder = held(tmp_path)
    try:
        holder.send_signal(signal.SIGSTOP)
        with pytest.raises(ComeBackLater, match=f"process {holder.pid}"):
            open_session(tmp_path, Stop(), quiet)
        holder.send_signal(signal.SIGCONT)
        holder.send_signal(how)
        holder.wait(timeout=30)
        with open_session(tmp_path, Stop(), quiet) as session:
            assert session.is_first
    finally:
        holder.kill()
        holder.communicate()


def test_another_process_of_the_same_number_is_not_the_one_that_was_killed(tmp_path):
    one = asking_process.ProcessIdentity.own()
    assert one.lives_here
    later = asking_process.ProcessIdentity.parse(one.content().replace(one.started.encode(), b"1"))
    assert not later.lives_here


def elsewhere(folder):
    """The file of a process on another machine."""
    one = asking_process.ProcessIdentity.own()
    (folder / "asking").mkdir(parents=True)
    file = folder / "asking/0001.json"
    file.write_bytes(one.content().replace(one.system.encode(), b"another machine"))
    return file


def test_a_process_elsewhere_that_touches_its_file_keeps_others_out(tmp_path, monkeypatch):
    monkeypatch.setattr("touchline.runs.asking.sharing.presence.POLL_S", 0.01)
    file = elsewhere(tmp_path)
    said = []

    def touch(sentence):
        said.append(sentence)
        os.utime(file, ns=(1, 1))

    with pytest.raises(ComeBackLater, match="is being asked by process"):
        open_session(tmp_path, Stop(), touch)
    assert "at most two minutes" in said[0]


@pytest.mark.parametrize("content", [None, b"", b"{", b"[]", b'{"id": 1}', b"\xff" * 99])
def test_a_process_elsewhere_that_is_silent_is_gone(tmp_path, monkeypatch, content):
    monkeypatch.setattr("touchline.runs.asking.sharing.presence.POLL_S", 0.01)
    monkeypatch.setattr("touchline.runs.asking.sharing.asking_process.SILENT_S", 0.05)
    file = elsewhere(tmp_path)
    if content is not None:
        file.write_bytes(content)
    with open_session(tmp_path, Stop(), quiet) as session:
        assert session.is_first


def test_of_many_starts_at_once_one_asks(tmp_path):
    sessions, refused = [], []
    barrier = threading.Barrier(8)

    def start():
        barrier.wait()
        try:
            sessions.append(open_session(tmp_path, Stop(), quiet))
        except ComeBackLater as error:
            refused.append(error)

    threads = [threading.Thread(target=start) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for session in sessions:
        session.__exit__(None, None, None)
    assert (len(sessions), len(refused)) == (1, 7)


def slow(body):
    time.sleep(0.02)
    return 200, completion("None."), {}


def in_thread(results, function, *arguments):
    def go():
        try:
            results.append(function(*arguments))
        except (ComeBackLater, UserError) as error:
            results.append(error)

    thread = threading.Thread(target=go)
    thread.start()
    return thread


def test_those_that_join_share_the_windows_and_the_first_finishes(tmp_path):
    folder, results = tmp_path / "run", []
    with Endpoint(slow) as endpoint:
        plan = plan_of(tmp_path, endpoint)
        first = in_thread(results, run, plan, folder, quiet)
        while len(endpoint.bodies) < 2:
            time.sleep(0.01)
        with pytest.raises(ComeBackLater, match="--join"):
            run(plan, folder, quiet)
        joined = run_or_join(plan, folder, quiet)
        first.join()
    assert isinstance(results[0], RunResult)
    assert isinstance(joined, JoinResult)
    assert joined.windows > 0
    records = list(read_records(folder / "replies/x"))
    asked = Counter(record.answer.key for record in records)
    assert set(asked.values()) == {1}
    assert len(asked) == len(endpoint.bodies)
    assert all(isinstance(record.answer, Reply) for record in records)


def test_join_starts_a_run_that_nobody_asks(tmp_path):
    with Endpoint(slow) as endpoint:
        assert isinstance(
            run_or_join(plan_of(tmp_path, endpoint), tmp_path / "run", quiet), RunResult
        )


def test_another_benchmark_is_not_joined(tmp_path):
    folder, results = tmp_path / "run", []
    with Endpoint(slow) as endpoint:
        first = in_thread(results, run, plan_of(tmp_path, endpoint), folder, quiet)
        while len(endpoint.bodies) < 2:
            time.sleep(0.01)
        other = plan_of(tmp_path, endpoint, price="timeout_s: 7, ")
        with pytest.raises(UserError, match="is asked with another benchmark"):
            run_or_join(other, folder, quiet)
        first.join()
    assert isinstance(results[0], RunResult)


def test_windows_of_one_that_joined_and_was_killed_are_asked_by_the_first(tmp_path, monkeypatch):
    """A process that joins, claims blocks and never asks them."""
    folder, results = tmp_path / "run", []
    with Endpoint(slow) as endpoint:
        plan = plan_of(tmp_path, endpoint)
        first = in_thread(results, run, plan, folder, quiet)
        while len(endpoint.bodies) < 2:
            time.sleep(0.01)
        gone = open_session(folder, Stop(), quiet, join=True)
        claims = gone.claims("x", 38)
        claimed = list(claims.taken(range(38)))
        gone.__exit__(None, None, None)
        first.join()
    assert claimed
    assert isinstance(results[0], RunResult)
    rows = {row.model: row for row in results[0].finished.rows}
    assert rows["x"].coverage == 1
