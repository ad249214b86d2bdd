"""Runs through a batch API: handed in, stopped, killed, collected, and asked again."""

import json
import os
import subprocess
import sys
import threading

import pytest

from tests.support.batch_endpoint import BatchEndpoint
from tests.support.videos import soccernet_folder
from touchline.errors import ComeBackLater, UserError
from touchline.models import Failure, Reply
from touchline.models.batch.openai import OpenAIBatches
from touchline.replies import read_records
from touchline.runs import build_plan, parse_bench, run
from touchline.runs.cost.engine_factory import EngineFactory

WINDOWS = 8


@pytest.fixture
def endpoint():
    with BatchEndpoint() as serving:
        yield serving


@pytest.fixture
def bench(tmp_path, endpoint):
    soccernet_folder(tmp_path / "data", labels=[(1, 1000, "Goal")])
    text = (
        "data: {root: data}\nmodels: [{name: x, engine: openai, model: m, "
        "price: {input: 100, output: 1000, date: 2026-11-01}, "
        f"base_url: '{endpoint.base_url}', retries: 1}}]\n"
        "sampling: {fps: 5, window: 1, stride: 1}\n"
    )
    (tmp_path / "bench.yaml").write_text(text)
    return text


@pytest.fixture
def go(tmp_path, bench):
    """Runs the benchmark, as often as wanted."""
    plan = build_plan(parse_bench(bench, "b", tmp_path), "b")

    def start(batch=True, budget=None):
        folder = tmp_path / "run"
        spending = EngineFactory(plan, folder, batch=batch, budget=budget)
        return run(plan, folder, lambda *_: None, None, spending)

    return start


def answers(tmp_path):
    return [record.answer for record in read_records(tmp_path / "run/replies/x")]


def replies(tmp_path):
    return [answer for answer in answers(tmp_path) if isinstance(answer, Reply)]


def test_windows_are_handed_in_once_and_collected_later(go, endpoint, tmp_path):
    with pytest.raises(ComeBackLater, match="8 windows submitted now"):
        go()
    with pytest.raises(ComeBackLater, match=r"1 batch is pending .*0 of 8 windows done"):
        go()
    (batch,) = endpoint.batches
    body = next(iter(endpoint.requests(batch).values()))
    images = [part for part in body["messages"][0]["content"] if part["type"] == "image_url"]
    assert images[0]["image_url"]["url"].startswith("data:image/jpeg;base64,")
    uploaded = endpoint.batches[batch]["input_file_id"]
    endpoint.finish(batch)
    result = go()
    assert {outcome.model for outcome in result.finished.outcomes} > {"x"}
    assert len(replies(tmp_path)) == WINDOWS
    assert uploaded not in endpoint.files
    assert list(endpoint.batches) == [batch]
    assert endpoint.asked == []
    assert not list((tmp_path / "run/batches").rglob("*.jsonl"))


def test_batch_replies_cost_half(go, endpoint, tmp_path):
    with pytest.raises(ComeBackLater):
        go()
    endpoint.finish(*endpoint.batches)
    go()
    whole = (7 * 100 + 3 * 1000) / 1e6
    assert {reply.cost_usd for reply in replies(tmp_path)} == {whole / 2}


def test_what_failed_goes_into_another_batch_and_after_three_it_has_failed(go, endpoint, tmp_path):
    def third_fails(number):
        refused = {"status_code": 400, "body": {"error": {"message": "too long"}}}
        return {"response": refused, "error": None} if number == 2 else None

    with pytest.raises(ComeBackLater):
        go()
    endpoint.finish([*endpoint.batches][-1], failing=third_fails)
    for _ in range(2):
        with pytest.raises(ComeBackLater, match="1 window submitted now"):
            go()
        last = [*endpoint.batches][-1]
        assert len(endpoint.requests(last)) == 1
        endpoint.finish(last, failing=lambda number: third_fails(2))
    go()
    assert len(endpoint.batches) == 3
    assert len(replies(tmp_path)) == WINDOWS - 1
    (failure,) = (one for one in answers(tmp_path) if isinstance(one, Failure))
    assert "too long" in failure.message


def test_an_expired_batch_keeps_what_it_has_and_the_rest_is_handed_in_again(go, endpoint, tmp_path):
    def late(number):
        error = {"code": "batch_expired", "message": "it could not be executed in time"}
        return None if number < 3 else {"response": None, "error": error} if number < 6 else {}

    with pytest.raises(ComeBackLater):
        go()
    endpoint.finish(*endpoint.batches, status="expired", failing=late)
    with pytest.raises(ComeBackLater, match="5 windows submitted now"):
        go()
    assert len(replies(tmp_path)) == 3
    endpoint.finish([*endpoint.batches][-1])
    go()
    assert len(replies(tmp_path)) == len({reply.key for reply in replies(tmp_path)}) == WINDOWS


def test_without_batch_the_pending_windows_are_not_asked_and_the_failed_are_asked_at_once(
    go, endpoint, tmp_path
):
    with pytest.raises(ComeBackLater):
        go()
    with pytest.raises(ComeBackLater, match="1 batch is pending"):
        go(batch=False)
    assert endpoint.asked == []
    endpoint.finish(*endpoint.batches, failing=lambda number: {} if number < 2 else None)
    go(batch=False)
    assert len(endpoint.asked) == 2
    assert len(replies(tmp_path)) == WINDOWS


def test_shards_keep_to_the_limits_of_the_service(go, endpoint, tmp_path, monkeypatch):
    monkeypatch.setattr(OpenAIBatches, "max_requests", 3)
    with pytest.raises(ComeBackLater, match="3 batches are pending"):
        go()
    assert [len(endpoint.requests(batch)) for batch in endpoint.batches] == [3, 3, 2]
    for batch in [*endpoint.batches]:
        endpoint.finish(batch)
    monkeypatch.setattr(OpenAIBatches, "max_requests", 50)
    go()
    assert len(replies(tmp_path)) == WINDOWS


def test_shards_are_cut_by_their_size(go, endpoint, monkeypatch):
    with pytest.raises(ComeBackLater):
        go()
    (batch,) = endpoint.batches
    lines = endpoint.files[endpoint.batches[batch]["input_file_id"]].splitlines(keepends=True)
    endpoint.finish(batch, failing=lambda number: {})
    monkeypatch.setattr(OpenAIBatches, "max_bytes", 2 * max(map(len, lines)))
    with pytest.raises(ComeBackLater):
        go()
    sizes = [
        len(endpoint.files[one["input_file_id"]])
        for name, one in endpoint.batches.items()
        if name != batch
    ]
    assert len(sizes) >= WINDOWS // 2
    assert max(sizes) <= 2 * max(map(len, lines))


def test_a_batch_that_is_refused_as_a_whole_is_one_sentence_and_handed_in_anew(
    go, endpoint, tmp_path
):
    with pytest.raises(ComeBackLater):
        go()
    endpoint.refuse(*endpoint.batches, "token_limit_exceeded", "Enqueued token limit reached")
    with pytest.raises(ComeBackLater, match="Enqueued token limit reached"):
        go()
    with pytest.raises(ComeBackLater, match="8 windows submitted now"):
        go()
    endpoint.refuse([*endpoint.batches][-1], "invalid_model", "no such model")
    refused = go().refused["x"]
    assert "refused a whole batch (no such model)" in refused
    assert answers(tmp_path) == []


def test_openrouter_is_refused_since_its_batches_take_no_frames(tmp_path, monkeypatch):
    monkeypatch.setenv("OPENROUTER_API_KEY", "sk-or-not-a-real-key")
    from touchline.models import find_card
    from touchline.models.batch.services import make_batch_service

    card = find_card(
        {"name": "x", "engine": "openai", "model": "m", "base_url": "https://openrouter.ai/api/v1"}
    )
    with pytest.raises(UserError, match="accept images only as public addresses"):
        make_batch_service(card)


@pytest.mark.slow
def test_a_run_killed_between_handing_in_and_writing_it_down_does_not_hand_in_twice(
    bench, endpoint, tmp_path
):
    made, killed = threading.Event(), threading.Event()

    def wait_for_the_kill():
        made.set()
        killed.wait(30)

    endpoint.before_answer = wait_for_the_kill
    command = [sys.executable, "-m", "touchline", "run", "bench.yaml", "--out", "run", "--batch"]
    first = subprocess.Popen(
        command, cwd=tmp_path, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=os.environ
    )
    assert made.wait(60)
    first.kill()
    first.wait()
    killed.set()
    (shard,) = (tmp_path / "run/batches/x").glob("*.json")
    assert json.loads(shard.read_text())["batch"] is None

    second = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert second.returncode == 75, second.stderr
    assert "1 batch is pending" in second.stderr
    assert len(endpoint.batches) == 1
    endpoint.finish(*endpoint.batches)
    third = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert third.returncode == 0, third.stderr
    assert len(replies(tmp_path)) == WINDOWS
