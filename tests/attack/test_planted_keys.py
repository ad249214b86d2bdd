"""A key in a card, benchmark or prompt is refused wherever it hides, and never shown."""

import base64
import json
from pathlib import Path

import pytest
import yaml

from touchline.errors import UserError
from touchline.games import SOCCERNET_V2
from touchline.models import card_names, find_card
from touchline.models.api_keys import find_key, redact
from touchline.planted_keys import refuse_planted_keys
from touchline.prompts import parse_template
from touchline.runs import parse_bench

KEY = "sk-planted-0123456789abcdef"
MINE = "my-secret-of-20-letters+/&"
ODD = "Zq3-correct.horse"

OPENAI = {"name": "x", "engine": "openai", "model": "m", "base_url": "http://127.0.0.1:1/v1"}
SERVED = {"name": "x", "engine": "vllm", "checkpoint": "a/b"}

CARDS = [
    {**OPENAI, "extra_body": {"api_key": ODD}},
    {**OPENAI, "extra_body": {"headers": [{"Authorization": f"Bearer {ODD}-and-more"}]}},
    {**OPENAI, "extra_body": {"deep": [[{"x": f"before {KEY} after"}]]}},
    {**OPENAI, "extra_body": {KEY: 1}},
    {**OPENAI, "base_url": f"https://example.org/{KEY}/v1"},
    {**OPENAI, "base_url": f"https://u:{ODD}@example.org/v1"},
    {**OPENAI, "about": f"see https://u:{ODD}@example.org/v1"},
    {**OPENAI, "system_prompt": f"My key is {KEY}."},
    {**OPENAI, "model": KEY},
    {**OPENAI, "no_such_field": KEY},
    {**OPENAI, "in_flight": KEY},
    {**OPENAI, "api_key": ODD},
    {**SERVED, "server_env": {"HF_TOKEN": ODD}},
    {**SERVED, "server_env": {"OPENAI_API_KEY": ODD}},
    {**SERVED, "server_env": {"X": KEY}},
    {**SERVED, "server_args": ["--api-key", ODD]},
    {**SERVED, "server_args": [f"--api-key={ODD}"]},
    {**SERVED, "server_args": ["--hf-token", ODD]},
    {**SERVED, "program": f"/home/me/{KEY}/vllm"},
    {**SERVED, "checkpoint": f"/home/{KEY}"},
]


@pytest.mark.parametrize("card", CARDS, ids=lambda card: str(sorted(card))[-40:])
def test_a_key_in_a_card_is_refused_and_not_shown(card):
    for read in (
        lambda: find_card(card),
        lambda: parse_bench(yaml.safe_dump({"data": {"root": "x"}, "models": [card]}), "b", Path()),
    ):
        with pytest.raises(UserError) as refused:
            read()
        assert KEY not in str(refused.value)
        assert ODD not in str(refused.value)
        assert "environment" in str(refused.value)


def test_a_key_anywhere_in_a_benchmark_or_prompt_is_refused_and_not_shown():
    for text in (
        f"data: {{root: '/data/{KEY}'}}\nmodels: [demo]\n",
        f"data: {{root: x}}\nmodels: ['{KEY}']\n",
        f"data: {{root: x}}\nmodels: [demo]\nprompt: '{KEY}'\n",
        f"data: {{root: x}}\nmodels: [demo]\n{KEY}: 1\n",
    ):
        with pytest.raises(UserError) as refused:
            parse_bench(text, "b", Path())
        assert KEY not in str(refused.value)
    with pytest.raises(UserError) as refused:
        parse_template("p", f"Use {KEY}.", SOCCERNET_V2)
    assert KEY not in str(refused.value)


SPELLINGS = {
    "as it is": str,
    "JSON": lambda text: json.dumps({"a": text}),
    "URL": lambda text: text.replace("+", "%2b").replace("/", "%2f").replace("&", "%26"),
    "form": lambda text: text.replace("+", "%2B").replace("/", "%2F").replace("&", "%26"),
    "HTML": lambda text: text.replace("&", "&amp;"),
    "hexadecimal": lambda text: text.encode().hex(),
    "base64": lambda text: base64.b64encode(text.encode()).decode(),
    "base64 behind a name": lambda text: base64.b64encode(b"user:" + text.encode()).decode(),
    "base64 behind two": lambda text: base64.b64encode(b"ab" + text.encode() + b"c").decode(),
}


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_keys_of_this_process_are_known_in_every_spelling(monkeypatch, spelling):
    monkeypatch.setenv("SOME_SECRET", MINE)
    written = SPELLINGS[spelling](MINE)
    with pytest.raises(UserError):
        refuse_planted_keys({"a": [f"x{written}y"]} if "64" not in spelling else written, "here")
    find_key("SOME_SECRET")
    shown = redact(f"said {written} there")
    assert "[key]" in shown
    assert MINE not in shown


def test_ordinary_files_are_no_keys(monkeypatch):
    monkeypatch.setenv("SOME_KEY", "none")
    monkeypatch.setenv("SSH_KEY", "/home/me/.ssh/id_rsa")
    for name in card_names():
        find_card(name)
    refuse_planted_keys(
        {
            "api_key_env": "OPENAI_API_KEY",
            "extra_body": {"max_tokens": 12, "stop_token": "<|im_end|>", "token": None},
            "server_args": ["--max-num-batched-tokens", "8192", "--tokenizer", "someone/tokenizer"],
            "about": "a task-oriented model; see https://example.org/a?b=c and sk-learn",
            "checkpoint": "/home/me/.ssh/id_rsa-of-models",
        },
        "here",
    )
