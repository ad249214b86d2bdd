import os
import signal
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import psutil
import pytest

from touchline.errors import UserError
from touchline.models.engines.served.server import Server

SHARED_MEMORY = Path("/dev/shm")
STARTER = """
import sys, time
from touchline.models.card_types.served import ServedCard
from touchline.models.engines.served import server
from touchline.models.engines.served.server import Server
server.GRACE_S = 0.5
started = Server(ServedCard.model_validate_json(sys.argv[1]))
started.wait_until_ready()
print("up", flush=True)
time.sleep(120)
"""


def ready(card):
    """A server that is ready; nothing is left of one that does not come up."""
    server = Server(card)
    try:
        server.wait_until_ready()
    except BaseException:
        server.stop()
        raise
    return server


def left_over(pids):
    """Processes and shared memory of the pretender that are still there."""
    *numbers, memory = pids.read_text().split()
    alive = [
        number
        for number in map(int, numbers)
        if psutil.pid_exists(number) and psutil.Process(number).status() != psutil.STATUS_ZOMBIE
    ]
    return alive + ([memory] if (SHARED_MEMORY / memory).exists() else [])


def gone_soon(pids):
    deadline = time.monotonic() + 15
    while left_over(pids) and time.monotonic() < deadline:
        time.sleep(0.05)
    return left_over(pids) == []


def said_at_the_end(server):
    deadline = time.monotonic() + 15
    while server.ended() is None and time.monotonic() < deadline:
        time.sleep(0.05)
    return server.ended()


@pytest.mark.parametrize("mode", ["good", "stubborn"])
def test_a_server_answers_while_it_is_wanted_and_leaves_nothing(served_card, tmp_path, mode):
    server = ready(served_card(mode))
    assert len(left_over(tmp_path / "pids")) == (2 if mode == "good" else 3)
    assert server.ended() is None
    server.stop()
    server.stop()
    assert left_over(tmp_path / "pids") == []
    with pytest.raises(OSError):
        urllib.request.urlopen(server.base_url, timeout=2)


def test_a_touchline_killed_with_9_takes_its_server_along(served_card, tmp_path):
    card = served_card("stubborn").model_dump_json()
    starter = subprocess.Popen(
        [sys.executable, "-c", STARTER, card], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    )
    assert starter.stdout.readline() == b"up\n"
    assert len(left_over(tmp_path / "pids")) == 3
    starter.kill()
    starter.wait()
    assert gone_soon(tmp_path / "pids")


def test_a_stop_signal_to_the_guard_ends_the_server_as_well(served_card, tmp_path):
    server = ready(served_card("stubborn"))
    (pid, *_) = (tmp_path / "pids").read_text().split()
    supervisor = psutil.Process(int(pid)).parent()
    supervisor.send_signal(signal.SIGTERM)
    assert gone_soon(tmp_path / "pids")
    assert "ended" in said_at_the_end(server)
    server.stop()


def test_a_server_is_ready_when_it_has_generated_a_token(served_card):
    server = ready(served_card("slow"))
    server.stop()
    answers = [line for line in server.log.read_text().splitlines() if "POST" in line]
    assert ["503" in line for line in answers] == [True, True, True, False]


@pytest.mark.parametrize(
    ("said", "cause"),
    [
        ("torch.OutOfMemoryError: CUDA out of memory. Tried", "there is not enough memory"),
        ("ValueError: No available memory for the cache blocks.", "there is not enough memory"),
        ("ModuleNotFoundError: No module named 'xformers'", "its program lacks a package"),
        ("vllm: error: unrecognized arguments: --max-len", "does not know an option"),
        ("it is Tuesday", "did not start; its last lines"),
    ],
)
def test_a_server_that_does_not_start_is_one_sentence_with_the_end_of_its_log(
    served_card, said, cause
):
    with pytest.raises(UserError) as caught:
        ready(served_card(f"dies:{said}"))
    sentence = str(caught.value)
    assert sentence.startswith("the vllm server of model 'big' did not start")
    assert cause in sentence
    assert said in sentence
    assert "\n" not in sentence
    log = Path(sentence.rsplit("the whole log is ")[1].removesuffix("."))
    assert said in log.read_text()


def test_a_server_that_is_not_ready_in_time_is_ended(served_card, tmp_path):
    with pytest.raises(UserError, match="was not ready after 2 s"):
        ready(served_card("silent", start_s=2))
    assert left_over(tmp_path / "pids") == []


def test_a_server_that_refuses_a_plain_question_is_ended(served_card, tmp_path):
    with pytest.raises(UserError, match="refuses a question of one word"):
        ready(served_card("refuses"))
    assert left_over(tmp_path / "pids") == []


def test_a_server_that_the_system_killed_says_so(served_card, tmp_path):
    server = ready(served_card("good"))
    pid = int((tmp_path / "pids").read_text().split()[0])
    os.kill(pid, signal.SIGKILL)
    assert "as a system without free memory does" in said_at_the_end(server)
    server.stop()
