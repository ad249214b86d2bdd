"""Warnings about models that leave their API, and about engines that do not serve them."""

from datetime import date

from touchline.models import find_card

ENDPOINT = {"name": "x", "engine": "openai", "model": "m", "base_url": "http://127.0.0.1:9/v1"}
GOES = {"date": "2026-12-01", "source": "its page", "then": "another one answers"}


def warnings(today, **retires):
    return find_card({**ENDPOINT, "retires": {**GOES, **retires}}).warnings(today)


def test_the_days_that_are_left_are_said_in_the_last_months():
    assert warnings(date(2026, 7, 1)) == []
    assert warnings(date(2026, 11, 27)) == [
        "model 'x' leaves the API in 4 days, on 2026-12-01; another one answers (its page)."
    ]
    assert "in 1 day, on" in warnings(date(2026, 11, 30))[0]
    assert "model 'x' left the API on 2026-12-01 (its page)." in warnings(
        date(2026, 12, 1), then=None
    )


def test_an_engine_that_does_not_serve_a_model_is_said():
    served = find_card({"use": "idefics2-8b", "engine": "vllm"})
    (warning,) = served.warnings(date(2026, 11, 27))
    assert warning.startswith("model 'idefics2-8b' is not served by vllm; it is by transformers")
    assert find_card("idefics2-8b").warnings(date(2026, 11, 27)) == []


def test_a_card_keeps_its_retirement_in_a_plan():
    card = find_card({**ENDPOINT, "retires": GOES})
    assert find_card(card.facts()).retires == card.retires
    assert card.facts()["retires"]["date"] == "2026-12-01"


def test_shipped_cards_warn_of_what_was_announced():
    assert "2027-01-14" in find_card("gpt-4o").warnings(date(2026, 12, 1))[0]
    gemini = find_card("gemini-2.5-flash").warnings(date(2026, 11, 27))
    assert "gemini-3.5-flash-lite is announced to answer in its name" in gemini[0]
