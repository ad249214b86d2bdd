"""What an endpoint's counts say, for the formulas of all cards."""

import pytest

from touchline.models import card_names, find_card
from touchline.runs.probing.token_comparison import Tokens, compare_tokens

SIZE, STEPS = (854, 480), (1, 2, 20, 40)
ENDPOINT = {"name": "m", "engine": "openai", "model": "m", "base_url": "http://127.0.0.1:1"}
CARDS = [
    card
    for card in map(find_card, card_names())
    if card.image_tokens and card.engine != "worker"  # whose programs pool frames their own way
]


def behind(card):
    return find_card(ENDPOINT | {"image_tokens": card.image_tokens.model_dump()})


def counted(card, text=25, size=SIZE, most=None, times=1, more=0):
    """What a server counts that shows at most so many frames, each so many times."""
    cost = card.image_tokens.prompt_tokens
    return {
        n: text + times * cost(*size, min(n, most or n)) + more * min(n, most or n) for n in STEPS
    }


@pytest.mark.parametrize("card", CARDS, ids=lambda card: card.name)
def test_a_server_that_counts_as_the_card_does_agrees(card):
    cost = card.image_tokens.image(*SIZE, 40).tokens
    for more in (0, 1, 2):
        if more <= 0.05 * cost:  # another marker or two around each image
            found = compare_tokens(behind(card), SIZE, counted(card, more=more))
            assert found.says is Tokens.AGREE, (more, found)


@pytest.mark.parametrize("card", CARDS, ids=lambda card: card.name)
@pytest.mark.parametrize("most", [2, 10, 32, 38])
def test_dropped_frames_are_counted(card, most):
    if card.image_tokens.image(*SIZE, 40).tokens < 16:
        pytest.skip("too few tokens an image")
    found = compare_tokens(behind(card), SIZE, counted(card, most=most))
    assert (found.says, found.kept) == (Tokens.DROPPED, most)


def test_other_faults_by_their_counts():
    card = behind(find_card("qwen2.5-vl-7b"))
    half = compare_tokens(card, SIZE, counted(card, size=(427, 240)))
    assert half.says is Tokens.SMALLER
    assert "854×480 costs as many tokens as one of 427×240" in half.sentence
    assert compare_tokens(card, SIZE, counted(card, times=2)).says is Tokens.DOUBLED
    assert compare_tokens(card, SIZE, dict.fromkeys(STEPS, 25)).says is Tokens.IGNORED
    one = compare_tokens(card, SIZE, counted(card, most=1))
    assert (one.says, one.kept) == (Tokens.DROPPED, 1)
    odd = compare_tokens(card, SIZE, {1: 5000, 2: 900, 20: 7777, 40: 1000})
    assert odd.says is Tokens.DISAGREE


def test_nothing_is_said_without_a_formula_or_counts():
    assert compare_tokens(find_card(ENDPOINT), SIZE, {1: 9, 2: 9}).says is Tokens.UNKNOWN
    qwen = behind(find_card("qwen2.5-vl-7b"))
    for few in ({}, {1: 500}, {2: 900, 40: 999}):
        assert compare_tokens(qwen, SIZE, few).says is Tokens.UNKNOWN
