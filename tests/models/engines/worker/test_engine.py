import json
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from tests.support.asking import request
from touchline.errors import UserError
from touchline.models import Failure, FailureReason, Reply, find_card, load_engine
from touchline.models.engines.worker import engine as engine_module, process
from touchline.prompts import Image, Text
from touchline.runs.asking.workers import WorkerConfig

STARTER = """
import json, sys, time
from touchline.models import find_card, load_engine
engine = load_engine(find_card(json.loads(sys.argv[1])))
print("up", flush=True)
time.sleep(120)
"""


def answers(card, count=3, **words):
    engine = load_engine(card)
    try:
        return list(engine.replies([request(number, **words) for number in range(count)]))
    finally:
        engine.close()


def alive(folder):
    return [
        number
        for number in map(int, (folder / "pids").read_text().split())
        if psutil.pid_exists(number) and psutil.Process(number).status() != psutil.STATUS_ZOMBIE
    ]


def asked(folder):
    return [json.loads(line) for line in (folder / "asked").read_text().splitlines()]


def test_a_worker_is_asked_with_frames_times_and_settings_and_ends_with_the_engine(
    worker_card, tmp_path
):
    engine = load_engine(worker_card(options={"tiles": 6}, crops=4))
    found = list(engine.replies([request(number) for number in range(3)]))
    assert [(one.key, one.text, one.finish_reason) for one in found] == [
        (f"k{number}", "None.", "stop") for number in range(3)
    ]
    assert found[0].served.model == "mine"
    assert found[0].served.fingerprint == "python 3.9.1"
    assert found[0].lowered == found[0].unusable == ()
    hello = json.loads((tmp_path / "hello").read_text())
    assert hello["protocol"] == 1
    assert hello["commit"] is None
    assert hello["checkpoint"] == str(tmp_path / "checkpoint")
    assert hello["options"] == {"precision": "bfloat16", "tiles": 6, "crops": 4}
    first = asked(tmp_path)[0]
    assert first["times_ms"] == [0, 200, 400, 600]
    assert first["generation"] == {"max_new_tokens": 8}
    assert first["system"] is None
    assert first["text"].startswith("Analyze these 4 soccer game frames")
    assert not Path(first["frames"][0]).exists()
    assert len(alive(tmp_path)) == 1
    engine.close()
    engine.close()
    assert alive(tmp_path) == []


@pytest.mark.parametrize(
    ("mode", "sentence"),
    [
        ("reply:" + json.dumps({"key": "k0"}), "answered another question than it was asked"),
        ("reply:" + json.dumps({"frames_used": "4"}), "its reply is not valid (frames_used:"),
        ("reply:" + json.dumps({"more": 1}), "its reply is not valid (more:"),
        ('line:{"reply": {"key"', "it wrote a line that is not a message"),
        ('line:{"hello": {}}', "it wrote a line that is not a message"),
        ("line:" + "[" * 9, "did not answer within 1 s"),
        ("huge", "it wrote a line of over 4 MiB"),
        ("hang", "did not answer within 1 s"),
        ("close", "ended"),
        ("die:CUDA error: no kernel image", "the GPU or its driver is too old for it"),
        ("kill", "it was killed, as a system without free memory does"),
    ],
    ids=lambda text: text[:12],
)
def test_a_worker_that_misbehaves_fails_its_window_and_is_restarted(
    worker_card, tmp_path, mode, sentence
):
    waits = mode == "hang" or mode.startswith("line:[")
    first, second, third = answers(worker_card(mode, timeout_s=1 if waits else 60))
    assert isinstance(first, Reply)
    assert isinstance(third, Reply)
    assert isinstance(second, Failure)
    assert second.key == "k1"
    assert second.reason is FailureReason.ENGINE
    assert second.message.startswith("the worker of model 'mine' ")
    assert sentence in second.message
    assert "\n" not in second.message
    assert len((tmp_path / "pids").read_text().split()) == 2
    assert alive(tmp_path) == []


def test_a_reply_that_comes_twice_is_never_the_next_windows(worker_card):
    first, second, third = answers(worker_card("twice"))
    assert (first.key, second.key, third.key) == ("k0", "k1", "k2")
    assert isinstance(first, Reply)
    assert isinstance(second, Reply)
    assert isinstance(third, Failure)
    assert "answered" in third.message


def test_noise_on_its_output_goes_to_the_log(worker_card, tmp_path):
    assert all(isinstance(one, Reply) for one in answers(worker_card("noise")))
    (log,) = (tmp_path / "cache/servers").glob("*.log")
    assert "loading shards: 100%" in log.read_text()
    assert "[1, 2]" in log.read_text()


@pytest.mark.parametrize(
    ("kind", "reason"),
    [
        ("memory", FailureReason.MEMORY),
        ("too_long", FailureReason.TOO_LONG),
        ("error", FailureReason.ENGINE),
    ],
)
def test_a_failure_of_one_question_leaves_the_worker_running(worker_card, tmp_path, kind, reason):
    _, failed, _ = answers(worker_card(f"{kind}:what it was"))
    assert (failed.reason, failed.message) == (reason, "what it was")
    assert len((tmp_path / "pids").read_text().split()) == 1


@pytest.mark.parametrize("used", [3, 5, 0])
def test_a_worker_that_used_another_number_of_frames_has_failed(worker_card, used):
    _, failed, _ = answers(worker_card("reply:" + json.dumps({"frames_used": used})))
    assert isinstance(failed, Failure)
    assert failed.message == f"the worker was given 4 frames and used {used}."


def test_ignored_settings_stand_in_the_reply(worker_card):
    _, reply, _ = answers(worker_card("reply:" + json.dumps({"ignored": ["seed"]})))
    assert reply.unusable == ("seed was ignored",)


def test_a_window_with_too_few_frames_is_not_asked(worker_card, tmp_path):
    rule = {"exactly": 8}
    card = worker_card("ready:" + json.dumps({"frames": rule}), frames=rule)
    (failed,) = answers(card, count=1)
    assert failed.reason is FailureReason.FRAMES
    assert failed.message == "the model takes exactly 8 frames, and this window has 4."
    assert not (tmp_path / "asked").exists()


def test_frames_are_scaled_to_the_cards_limit_and_the_reply_says_so(worker_card):
    (reply,) = answers(worker_card(max_pixels=32 * 24), count=1)
    assert reply.lowered == ("pixels 64x48 to 32x24",)


def test_frames_may_come_as_a_video_too(worker_card, tmp_path):
    (reply,) = answers(worker_card(mp4=True), count=1)
    assert isinstance(reply, Reply)
    assert 0 < reply.waited_seconds <= reply.seconds
    (ask,) = asked(tmp_path)
    assert ask["mp4"].endswith("/frames.mp4")
    assert Path(ask["mp4"]).parent == Path(ask["frames"][0]).parent


def test_a_worker_that_breaks_again_and_again_ends_the_run(worker_card, tmp_path):
    with pytest.raises(UserError, match="it was started 4 times"):
        answers(worker_card("die:always"), count=9)
    assert alive(tmp_path) == []


def test_a_worker_whose_every_answer_is_an_error_ends_the_run(worker_card, monkeypatch):
    monkeypatch.setattr(engine_module, "MOST_UNEXPECTED", 3)
    with pytest.raises(UserError, match="its worker failed 3 times in a row, at last with always"):
        answers(worker_card("error:always"), count=9)


@pytest.mark.parametrize(
    ("mode", "sentence"),
    [
        ("start:No module named 'timm'", "did not start: its program lacks a package"),
        ('first:{"reply": 1}', "its reply is not valid"),
        ('first:{"failure": {"key": "", "kind": "error"}}', "it answered before it was ready"),
        ('ready:{"frames": {"exactly": 8}}', "takes exactly 8 frames, and the card says at most 8"),
        ('ready:{"settings": []}', "does not pass on max_new_tokens, which the card honours"),
        ('ready:{"versions": {"timm": "2"}}', "has timm 2, and the card pins 1: touchline models"),
        ('ready:{"versions": {}}', "lacks timm, and the card pins 1"),
    ],
)
def test_a_worker_that_is_not_what_the_card_says_is_one_sentence(
    worker_card, tmp_path, mode, sentence
):
    pins = ["timm==1"] if "versions" in mode else []
    with pytest.raises(UserError) as caught:
        load_engine(worker_card(mode, requirements=pins))
    assert sentence in str(caught.value)
    assert "\n" not in str(caught.value)
    assert alive(tmp_path) == []


def test_a_worker_that_is_not_ready_in_time_is_ended(worker_card, tmp_path):
    card = worker_card("start:x", start_s=1)
    program = Path(card.program)
    program.write_text("#!/bin/sh\nexec sleep 60\n")
    with pytest.raises(UserError, match="was not ready after 1 s"):
        load_engine(card)


def test_without_consent_nothing_is_started(worker_card, tmp_path, monkeypatch):
    card = worker_card()
    monkeypatch.delenv("TOUCHLINE_TRUST_REMOTE_CODE")
    with pytest.raises(UserError) as caught:
        load_engine(card)
    assert "runs code that is not touchline's" in str(caught.value)
    assert str(card.adapter_file()) in str(caught.value)
    assert "--trust-remote-code mine" in str(caught.value)
    assert not (tmp_path / "pids").exists()


def test_every_device_has_a_worker_of_its_own(worker_card, tmp_path):
    card = worker_card(devices=["0", "1"])
    found = answers(card, count=8)
    assert {one.key for one in found} == {f"k{number}" for number in range(8)}
    assert len((tmp_path / "pids").read_text().split()) == 2
    assert alive(tmp_path) == []
    assert not WorkerConfig(("0", "1")).applies_to(card)
    assert WorkerConfig(("0", "1")).applies_to(worker_card())


def test_a_stubborn_worker_and_its_children_end_with_the_engine(worker_card, tmp_path):
    engine = load_engine(worker_card("stubborn"))
    assert len(alive(tmp_path)) == 2
    engine.close()
    assert alive(tmp_path) == []


def test_a_touchline_killed_with_9_takes_its_worker_along(worker_card, tmp_path):
    card = json.dumps(worker_card("stubborn").facts())
    starter = subprocess.Popen(
        [sys.executable, "-c", STARTER, card], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    )
    assert starter.stdout.readline() == b"up\n"
    assert len(alive(tmp_path)) == 2
    starter.send_signal(signal.SIGKILL)
    starter.wait()
    deadline = time.monotonic() + 15 + process.GRACE_S
    while alive(tmp_path) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert alive(tmp_path) == []


def test_a_prompt_with_text_between_its_frames_is_refused(worker_card):
    asking = request(0)
    mixed = asking.messages.__class__((Image(0), Text("then"), Image(1)), "mixed.v1")
    engine = load_engine(worker_card())
    try:
        with pytest.raises(UserError, match=r"the prompt mixed\.v1 has text between them"):
            list(engine.replies([asking.__class__("k", asking.window, mixed, list, 1)]))
    finally:
        engine.close()


def test_the_facts_of_a_workers_card_are_a_card(worker_card):
    facts = worker_card(options={"a": 1}).facts()
    assert find_card(facts).facts() == facts
