"""What a card's dialect makes of its settings."""

import pytest

from tests.models.test_settings_reach_models import captured, request
from touchline.errors import UserError
from touchline.models import Generation, find_card
from touchline.runs.cost.spend_limit import Tariff
from touchline.runs.planning.plan_file import ModelPlan

GPT = {"name": "gpt", "engine": "openai", "model": "gpt-6", "dialect": "openai-reasoning"}
CLAUDE = {"name": "c", "engine": "bedrock", "model": "claude", "dialect": "claude"}
GEMINI = {"name": "g", "engine": "gemini", "model": "gemini-x"}
VLLM = {"name": "v", "engine": "vllm", "checkpoint": "a/b"}
ROUTER = {"name": "r", "engine": "openai", "model": "m", "base_url": "https://openrouter.ai/api/v1"}


def with_settings(card, **settings):
    return find_card({**card, "generation": settings})


def test_a_reasoning_model_gets_none_of_what_it_refuses():
    card = with_settings(GPT, max_new_tokens=500, reasoning_effort="low", thinking_allowance=4000)
    sent = captured(card)
    assert (sent["max_completion_tokens"], sent["reasoning_effort"]) == (4500, "low")
    refused = ("temperature", "seed", "max_tokens", "top_p", "presence_penalty")
    assert not sent.keys() & set(refused)
    assert card.facts()["generation"] == {
        "max_new_tokens": 500,
        "samples": 1,
        "reasoning_effort": "low",
        "thinking_allowance": 4000,
    }


def test_the_default_request_is_one_that_a_reasoning_model_takes():
    assert captured(find_card(GPT)).keys() == {"model", "messages", "max_completion_tokens"}


@pytest.mark.parametrize(
    ("card", "settings", "sentence"),
    [
        (
            GPT,
            {"temperature": 0},
            "temperature does not reach the model through engine",
        ),
        (GPT, {"temperature": 0}, "in dialect openai-reasoning"),
        (GPT, {"temperature": 0}, "write 'generation: {temperature: null}' to leave it out"),
        ({**GEMINI, "dialect": "gemini-3"}, {"thinking_budget": 0}, "that have it: gemini)"),
        (GEMINI, {"thinking_level": "low"}, "that have it: gemini-3)"),
        (VLLM, {"thinking_level": "low"}, "through engine vllm:"),
        (CLAUDE, {"thinking_budget": 2000, "temperature": 0.0}, "temperature cannot be set beside"),
        (ROUTER, {"thinking_budget": 9, "reasoning_effort": "low"}, "reasoning_effort cannot be"),
    ],
)
def test_what_would_not_reach_the_model_is_refused(card, settings, sentence):
    with pytest.raises(UserError) as refused:
        with_settings(card, **settings)
    assert sentence in str(refused.value)


def test_a_setting_of_null_is_left_out_and_stays_so_in_the_plan():
    card = with_settings({**ROUTER, "dialect": "openai"}, temperature=None, seed=None)
    assert not captured(card).keys() & {"temperature", "seed"}
    assert card.facts()["generation"]["temperature"] is None
    again = ModelPlan(card=card.facts(), recipe=card.sampling).load_card()
    assert again.generation == card.generation
    assert again.generation.facts() != Generation().facts()


def test_a_plan_that_names_every_default_is_read():
    """Plans of earlier versions do, also where an engine does not have the setting."""
    old = {"max_new_tokens": 256, "temperature": 0.0, "seed": 0, "repetition_penalty": 1.0}
    stored = {"name": "n", "engine": "bedrock", "model": "m", "generation": old | {"samples": 1}}
    with pytest.raises(UserError, match="does not reach"):
        find_card(stored)
    card = ModelPlan(card=stored, recipe=find_card("nova-lite").sampling).load_card()
    assert card.generation.facts() == Generation().facts()


def test_thoughts_have_tokens_beside_those_of_the_answer():
    card = with_settings(GEMINI, max_new_tokens=512, thinking_budget=2000)
    assert captured(card)["maxOutputTokens"] == 2512
    more = with_settings(
        CLAUDE, max_new_tokens=512, thinking_budget=2000, thinking_allowance=3000, temperature=None
    )
    sent = captured(more)
    assert sent["inferenceConfig.maxTokens"] == 3512
    assert sent["additionalModelRequestFields.thinking.type"] == "enabled"


def test_a_thinking_budget_where_cards_once_had_it_is_a_setting():
    card = find_card({"use": "gemini-2.5-flash", "thinking_budget": 100})
    assert card.generation.thinking_budget == 100
    assert captured(card)["thinkingConfig.thinkingBudget"] == 100


def test_openrouter_is_recognized_and_asks_only_providers_that_honour_every_setting():
    sent = captured(find_card(ROUTER))
    assert sent["provider.require_parameters"] is True
    assert "repetition_penalty" not in sent
    pinned = {"quantizations": ["bf16"], "order": ["deepinfra"], "require_parameters": False}
    card = find_card({**ROUTER, "provider": pinned, "extra_body": {"provider": {"only": ["a"]}}})
    assert {place: value for place, value in captured(card).items() if "provider" in place} == {
        "provider.require_parameters": False,
        "provider.quantizations": ["bf16"],
        "provider.order": ["deepinfra"],
        "provider.only": ["a"],
    }
    assert card.identity() != find_card(ROUTER).identity()
    with pytest.raises(UserError, match="provider is for OpenRouter"):
        find_card({**GPT, "provider": pinned})


@pytest.mark.parametrize(
    ("card", "extra_body", "sentence"),
    [
        (ROUTER, {"temperature": 1}, "extra_body contains temperature"),
        (ROUTER, {"reasoning": {"effort": "low"}}, "write 'generation: {reasoning_effort: ...}'"),
        (VLLM, {"top_k": 5}, "extra_body contains top_k"),
        (GPT, {"max_completion_tokens": 5}, "write 'generation: {max_new_tokens: ...}'"),
    ],
)
def test_a_setting_stands_in_one_place_only(card, extra_body, sentence):
    with pytest.raises(UserError) as refused:
        find_card({**card, "extra_body": extra_body})
    assert sentence in str(refused.value)


@pytest.mark.parametrize("field", ["logprobs", "structured"])
def test_what_transformers_serve_ignores_is_refused(field):
    value = {"logprobs": True, "structured": "json_schema"}[field]
    card = {"name": "x", "engine": "transformers-serve", "checkpoint": "a/b", field: value}
    with pytest.raises(UserError, match=f"engine transformers-serve ignores {field}"):
        find_card(card)
    assert find_card({**card, "engine": "vllm"})


def test_a_server_does_not_drop_what_a_card_takes_from_its_checkpoint():
    card = {"name": "x", "engine": "transformers", "checkpoint": "a/b"}
    taking = card | {"checkpoint_settings": ["no_repeat_ngram_size"]}
    assert find_card(taking).identity() != find_card(card).identity()
    with pytest.raises(UserError, match="vllm does not take single settings of a checkpoint"):
        find_card(taking | {"engine": "vllm"})


def test_an_unknown_dialect_is_one_sentence():
    with pytest.raises(UserError, match="dialects of this engine are gemini, gemini-3"):
        find_card({**GEMINI, "dialect": "openai"})


def test_the_limit_may_have_the_name_that_an_endpoint_wants():
    card = {**ROUTER, "dialect": "openai", "max_tokens_field": "max_completion_tokens"}
    assert captured(find_card(card))["max_completion_tokens"] == 256
    assert "max_tokens" not in captured(find_card(card))


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ({"samples": 3, "temperature": 1.0, "seed": None}, "several samples need a seed"),
        ({"min_tokens": 9, "max_new_tokens": 5}, "min_tokens is larger than max_new_tokens"),
        ({"top_p": 0}, "generation.top_p is 0"),
        ({"reasoning_effort": "a lot"}, "reasoning_effort is 'a lot'"),
    ],
)
def test_settings_that_contradict_each_other_are_refused(settings, sentence):
    with pytest.raises(UserError) as refused:
        with_settings(VLLM, **settings)
    assert sentence in str(refused.value)


def test_settings_that_are_not_set_do_not_change_a_key():
    assert Generation().facts() == {
        "max_new_tokens": 256,
        "temperature": 0.0,
        "seed": 0,
        "repetition_penalty": 1.0,
    }
    assert Generation(top_k=4).facts() == Generation().facts() | {"top_k": 4}


def test_the_limit_of_an_answer_can_be_left_out_where_the_context_is_known():
    limit = {"max_new_tokens": None, "thinking_allowance": 5}
    card = with_settings({**GPT, "context_tokens": 9000}, **limit)
    assert captured(card).keys() == {"model", "messages"}
    assert card.most_answer_tokens() == 9000
    again = ModelPlan(card=card.facts(), recipe=card.sampling).load_card()
    assert again.generation == card.generation
    with pytest.raises(UserError, match="write context_tokens in the card"):
        with_settings(GPT, **limit)
    for engine in ("transformers", "transformers-serve"):
        local = {"name": "x", "engine": engine, "checkpoint": "a/b", "context_tokens": 9000}
        with pytest.raises(UserError, match="set max_new_tokens"):
            with_settings(local, max_new_tokens=None)


def test_what_an_answer_without_a_limit_may_cost_follows_from_the_context():
    price = {"input": 0, "output": 1, "date": "2026-11-01"}
    card = with_settings({**GPT, "context_tokens": 9000, "price": price}, max_new_tokens=None)
    assert Tariff(card, card.price, (64, 48)).at_most_usd(request(card)) == 0.009
    limited = with_settings({**GPT, "price": price}, max_new_tokens=500, thinking_allowance=1500)
    assert Tariff(limited, limited.price, (64, 48)).at_most_usd(request(limited)) == 0.002
