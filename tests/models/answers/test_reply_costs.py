from itertools import count

import pytest

from tests.support.endpoint import Endpoint, completion
from touchline.games import SOCCERNET_V2
from touchline.models import (
    Failure,
    FailureReason,
    Generation,
    Price,
    Reply,
    Request,
    find_card,
    load_engine,
)
from touchline.models.answers.reply_costs import cost_usd
from touchline.prompts import build_messages, load_template
from touchline.video import Window

PRICE = Price(input=100, output=1000, date="2026-11-01")
USAGE = {"prompt_tokens": 1000, "completion_tokens": 10, "cost": 0.25}


def ask(answer, **changes):
    """The one answer of an endpoint that is asked about one window."""
    window = Window("g", 1, 0, 9, 0, 3000, (0, 200))
    asked = build_messages(window, load_template("base.v1", SOCCERNET_V2))
    request = Request("k", window, asked, lambda: [b"jpeg-0", b"jpeg-1"], Generation())
    with Endpoint(answer) as endpoint:
        card = {"name": "x", "engine": "openai", "model": "m", "base_url": endpoint.base_url}
        engine = load_engine(find_card({**card, "retries": 2, **changes}))
        try:
            (found,) = engine.replies([request])
        finally:
            engine.close()
    return found


def test_what_the_endpoint_says_goes_before_the_price():
    reply = Reply("k", "None.", prompt_tokens=1000, completion_tokens=10)
    assert cost_usd(reply, PRICE) == pytest.approx(0.11)
    assert cost_usd(reply, None) is None
    said = Reply("k", "None.", prompt_tokens=1000, completion_tokens=10, cost_usd=0.02)
    assert cost_usd(said, PRICE) == 0.02
    assert cost_usd(Failure("k", FailureReason.ENGINE, "gone"), PRICE) is None


def test_a_failure_that_was_paid_for_says_what_all_its_tries_took():
    def failing(body):
        return 200, {"error": {"code": 502, "message": "upstream"}, "usage": USAGE}, {}

    failure = ask(failing, retries=1)
    assert isinstance(failure, Failure)
    assert (failure.prompt_tokens, failure.completion_tokens) == (2000, 20)
    assert failure.cost_usd == pytest.approx(0.5)


def test_a_reply_takes_over_the_money_of_the_tries_before_it():
    tries = count()

    def stumbling(body):
        if next(tries) == 0:
            return 200, {"id": "x", "choices": [], "usage": USAGE}, {}
        return 200, completion("None.") | {"usage": USAGE}, {}

    reply = ask(stumbling)
    assert isinstance(reply, Reply)
    assert (reply.prompt_tokens, reply.completion_tokens) == (1000, 10)
    assert reply.cost_usd == pytest.approx(0.5)
