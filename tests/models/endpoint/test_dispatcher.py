"""The dispatcher under quotas, with engines that are real and endpoints on loopback."""

import logging
import threading
import time
from dataclasses import replace
from itertools import count

import pytest

from tests.support.endpoint import Endpoint, completion
from tests.support.misbehaving import arrivals, misbehaving
from touchline.errors import ComeBackLater, UserError
from touchline.games import SOCCERNET_V2
from touchline.models import Failure, FailureReason, Generation, Reply, Request, find_card
from touchline.models.engines.openai.engine import OpenAIEngine
from touchline.prompts import build_messages, load_template
from touchline.video import Window


def request(number, read_frames=lambda: [b"jpeg-0", b"jpeg-1"]):
    window = Window("g", 1, number, 99, number * 2000, number * 2000 + 3000, (0, 200))
    asked = build_messages(window, load_template("chunk.v1", SOCCERNET_V2))
    return Request(f"k{number}", window, asked, read_frames, Generation())


def engine(base_url, **words):
    card = {"name": "x", "engine": "openai", "model": "m", "base_url": base_url}
    return OpenAIEngine(find_card({**card, **words}))


def good(body):
    return 200, completion("None."), {}


def test_a_spent_day_ends_the_run_with_the_time_and_keeps_what_was_answered():
    with Endpoint(good) as endpoint:
        words = {"quota": {"requests_per_day": 5, "longest_wait_s": 1}}
        asked = engine(endpoint.base_url, **words)
        answers = []
        with pytest.raises(ComeBackLater, match=r"card's quota; come back at .* 00:00:05 UTC"):
            for answer in asked.replies(request(n) for n in range(20)):
                answers.append(answer)  # noqa: PERF402  (kept although the loop raises)
        assert len(answers) == 5
        asked.close()
        again = engine(endpoint.base_url, **words)
        with pytest.raises(ComeBackLater):
            list(again.replies([request(99)]))
        again.close()
    assert len(endpoint.bodies) == 5, "failures and restarts are no new day"


def test_what_is_in_flight_is_handed_out_before_the_run_ends():
    numbers = count()
    answers = []

    def last_spends_the_day(body):
        if next(numbers) == 0:
            return 429, {"error": {"message": "free-models-per-day"}}, {}
        time.sleep(0.3)
        return good(body)

    with Endpoint(last_spends_the_day) as endpoint:
        asked = engine(endpoint.base_url, in_flight=4, quota={"longest_wait_s": 0})
        with pytest.raises(ComeBackLater, match="free-models-per-day"):
            for answer in asked.replies(request(n) for n in range(20)):
                answers.append(answer)  # noqa: PERF402  (kept although the loop raises)
        asked.close()
    assert len(answers) == len(endpoint.bodies) - 1 <= 3


def test_a_run_that_waits_says_so_and_until_when(caplog):
    tries = count()

    def pausing(body):
        return good(body) if next(tries) else (429, {"error": "busy"}, {"Retry-After": "6"})

    with Endpoint(pausing) as endpoint, caplog.at_level(logging.WARNING):
        asked = engine(endpoint.base_url, in_flight=1)
        answers = asked.replies(request(n) for n in range(2))
        started = time.monotonic()
        assert [type(one) for one in answers] == [Reply, Reply]
        asked.close()
    assert time.monotonic() - started >= 6
    (said,) = [record.getMessage() for record in caplog.records if "waits for" in record.message]
    assert "0:00:06 left, until " in said
    assert said.endswith(" UTC")


@pytest.mark.parametrize("kind", ["hang", "slow drip"])
def test_no_try_takes_longer_than_the_card_says(tmp_path, kind):
    with misbehaving(tmp_path / "log", rate=1.0, hang_s=20, only=kind) as url:
        asked = engine(url, timeout_s=0.4, retries=1)
        started = time.monotonic()
        with pytest.raises(UserError, match=r"no answer within 0\.4 s"):
            list(asked.replies([request(0)]))
        asked.close()
        assert time.monotonic() - started < 8


def test_whoever_stops_in_the_middle_waits_for_nothing():
    numbers = count()

    def slow_but_for_the_first(body):
        if next(numbers):
            time.sleep(4)
        return good(body)

    with Endpoint(slow_but_for_the_first) as endpoint:
        asked = engine(endpoint.base_url, in_flight=4)
        answers = asked.replies(request(n) for n in range(20))
        next(answers)
        started = time.monotonic()
        answers.close()
        asked.close()
        assert time.monotonic() - started < 2


def test_an_endpoint_that_went_away_for_a_while_costs_no_window():
    away = threading.Event()
    numbers = count()

    def comes_and_goes(body):
        number = next(numbers)
        if number == 5:
            away.set()
            threading.Timer(1.0, away.clear).start()
        return (503, {"error": "starting"}, {}) if away.is_set() else good(body)

    with Endpoint(comes_and_goes) as endpoint:
        asked = engine(endpoint.base_url, in_flight=16)
        answers = list(asked.replies(request(n) for n in range(60)))
        asked.close()
    assert [one for one in answers if isinstance(one, Failure)] == []
    assert len({one.key for one in answers}) == 60


def test_an_error_of_the_video_reaches_the_caller_after_what_was_answered():
    def broken():
        raise UserError("the video cannot be read.")

    answers = []
    with Endpoint(good) as endpoint:
        asked = engine(endpoint.base_url, in_flight=1)
        with pytest.raises(UserError, match="cannot be read"):
            for answer in asked.replies([request(0), request(1, broken)]):
                answers.append(answer)  # noqa: PERF402  (kept although the loop raises)
        asked.close()
    assert len(answers) == len(endpoint.bodies) <= 1


def test_a_server_that_dies_after_it_answered_fails_its_windows_with_the_reason(tmp_path):
    log = tmp_path / "log"
    with misbehaving(log, rate=0.0) as url:
        asked = engine(url, retries=1)
        assert isinstance(next(iter(asked.replies([request(0)]))), Reply)
    (failure,) = asked.replies([request(1)])
    asked.close()
    assert isinstance(failure, Failure)
    assert failure.reason is FailureReason.UNREACHABLE
    assert len(arrivals(log)) == 1


def broken():
    raise KeyError("no such frame")


def test_an_unexpected_error_about_one_window_is_its_failure():
    with Endpoint(good) as endpoint:
        asked = engine(endpoint.base_url, in_flight=1)
        answers = list(asked.replies([request(0), request(1, broken), request(2)]))
        asked.close()
    by_key = {one.key: one for one in answers}
    assert isinstance(by_key["k0"], Reply) and isinstance(by_key["k2"], Reply)
    assert by_key["k1"] == Failure(
        "k1", FailureReason.ENGINE, "an unexpected error: KeyError: 'no such frame'"
    )


def test_an_unexpected_error_about_every_window_ends_the_run():
    with Endpoint(good) as endpoint:
        asked = engine(endpoint.base_url, in_flight=1)
        with pytest.raises(KeyError):
            list(asked.replies([request(number, broken) for number in range(40)]))
        asked.close()
    assert endpoint.bodies == []


def busy_for_long(body):
    return 429, {"error": "busy"}, {"Retry-After": "250"}


@pytest.mark.parametrize(
    ("answer", "card", "answered"),
    [
        (good, {"quota": {"requests_per_minute": 2}}, 2),
        (busy_for_long, {}, 0),
        (good, {"quota": {"requests_per_minute": 2}, "in_flight": 1}, 2),
    ],
    ids=["a quota", "the endpoint's own wait", "one at a time"],
)
def test_a_stop_leaves_the_windows_that_were_not_sent(answer, card, answered):
    stopped = threading.Event()
    with Endpoint(answer) as endpoint:
        asked = engine(endpoint.base_url, **card)
        requests = (replace(request(n), is_stopped=stopped.is_set) for n in range(6))
        threading.Timer(1.0, stopped.set).start()
        started = time.monotonic()
        answers = list(asked.replies(requests))
        asked.close()
    assert time.monotonic() - started < 40, "a minute, or four, would have been waited"
    assert [type(one) for one in answers] == [Reply] * answered


def test_a_stop_awaits_what_was_sent():
    stopped = threading.Event()

    def slow(body):
        stopped.set()
        time.sleep(1.5)
        return good(body)

    with Endpoint(slow) as endpoint:
        asked = engine(endpoint.base_url, in_flight=2)
        requests = (replace(request(n), is_stopped=stopped.is_set) for n in range(9))
        answers = list(asked.replies(requests))
        asked.close()
    assert len(answers) == len(endpoint.bodies) > 0


def test_tries_of_a_window_that_a_stop_leaves_are_counted():
    stopped, paid = threading.Event(), []

    class Money:
        def lost(self):
            paid.append("lost")

        def paid(self, failure):
            paid.append((failure.prompt_tokens, failure.completion_tokens))

        def may_go_on(self):
            stopped.set()
            return True

    def charged(body):
        usage = {"prompt_tokens": 7, "completion_tokens": 3}
        return 200, {"error": {"message": "the flux is inverted"}, "usage": usage}, {}

    with Endpoint(charged) as endpoint:
        asked = engine(endpoint.base_url, in_flight=1, retries=5)
        one = replace(request(0), is_stopped=stopped.is_set, tries=Money())
        assert list(asked.replies([one])) == []
        asked.close()
    assert paid == [(7, 3)]
