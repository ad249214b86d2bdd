"""Which facts of a card its user is asked about."""

import pytest

from touchline.errors import UserError
from touchline.models import (
    ENGINES,
    EndpointCard,
    card_names,
    find_card,
    load_engine,
    missing_consents,
    remember_consents,
)

KEY = "a-key-of-this-test"


@pytest.fixture(autouse=True)
def own_configuration(tmp_path, monkeypatch):
    monkeypatch.delenv("TOUCHLINE_YES")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    monkeypatch.setenv("MY_KEY", KEY)


def remote(url, key="MY_KEY", engine="openai"):
    return find_card(
        {"name": "x", "engine": engine, "model": "m", "base_url": url, "api_key_env": key}
        | ({"num_ctx": 4096} if engine == "ollama" else {})
    )


def served(**words):
    return find_card({"name": "x", "engine": "vllm", "checkpoint": "a/b", **words})


def test_no_card_that_ships_needs_consent(monkeypatch):
    cards = [find_card(name) for name in card_names()]
    for card in cards:
        sends = card.sends_to()
        if sends is not None and sends[1] is not None:
            monkeypatch.setenv(sends[1], KEY)
    assert {card.name: missing_consents(card) for card in cards if missing_consents(card)} == {}


def test_other_arguments_for_a_card_that_ships_need_consent():
    card = find_card({"use": "mistral-small-3.2-24b", "server_args": ["--load-format", "pt"]})
    assert len(missing_consents(card)) == 1


ADDRESSED = [
    name for name in ENGINES.names() if issubclass(ENGINES.get(name).card_type(), EndpointCard)
]


@pytest.mark.parametrize("engine", ADDRESSED)
def test_no_engine_sends_anything_to_an_unknown_address_unasked(engine):
    entry = {"name": "x", "engine": engine, "model": "m", "base_url": "https://evil.example"}
    card = find_card(entry | ({"num_ctx": 4096} if engine == "ollama" else {}))
    [clause] = missing_consents(card)
    assert "evil.example" in clause
    with pytest.raises(UserError, match=r"run the command once with --yes"):
        load_engine(card)


@pytest.mark.parametrize("engine", ["openai", "gemini", "ollama", "anthropic"])
@pytest.mark.parametrize(
    ("url", "key", "said"),
    [
        ("https://evil.example/v1", "MY_KEY", "the key in MY_KEY is sent to https://evil.example,"),
        ("https://evil.example:444", "MY_KEY", "sent to https://evil.example:444,"),
        ("https://api.openai.com.evil.example", "OPENAI_API_KEY", "openai.com.evil.example"),
        ("https://api.openai.com", "MY_KEY", "MY_KEY is sent to https://api.openai.com,"),
        ("https://evil.example", "NO_SUCH_KEY", "pictures of your videos are sent to https://evil"),
        ("http://127.0.0.1:1", "MY_KEY", "MY_KEY is sent to http://127.0.0.1:1,"),
        ("https://\u0435vil.example", "MY_KEY", r"\u0435vil.example"),
    ],
)
def test_an_address_is_asked_about_with_its_key(engine, url, key, said):
    card = remote(url, key, engine)
    [clause] = missing_consents(card)
    assert said in clause
    assert KEY not in clause
    with pytest.raises(UserError, match="--yes"):
        load_engine(card)
    remember_consents([clause])
    assert missing_consents(card) == []
    assert missing_consents(remote("https://other.example", key, engine))


@pytest.mark.parametrize(("url", "key"), [("http://127.0.0.1:1", "NO"), ("http://[::1]:1", "NO")])
def test_nothing_is_asked_about_what_stays_on_this_machine(url, key):
    assert missing_consents(remote(url, key)) == []


@pytest.mark.parametrize(
    "host", ["10.0.0.7", "example.org", "127.0.0.1.example.org", "0x7f.1", "[::ffff:10.0.0.7]"]
)
def test_a_key_never_goes_to_another_machine_unencrypted(monkeypatch, host):
    for consent in ("", "1"):
        monkeypatch.setenv("TOUCHLINE_YES", consent)
        with pytest.raises(UserError, match="unencrypted"):
            load_engine(remote(f"http://{host}/v1"))


@pytest.mark.parametrize(
    "words",
    [
        {"program": "/evil"},
        {"server_args": ["--middleware", "evil.hook"]},
        {"server_env": {"PYTHONPATH": "/evil", "A": "b c"}},
    ],
)
def test_a_program_its_arguments_and_its_environment_are_asked_about(words):
    assert missing_consents(served()) == []
    [clause] = missing_consents(served(**words))
    assert "evil" in clause
    remember_consents([clause])
    assert missing_consents(served(**words)) == []
    assert missing_consents(served(**words, devices=["0"])) == []
    assert missing_consents(served(**{**words, "program": "/worse"}))


def test_clauses_of_different_programs_differ():
    one = served(server_args=["a b"])
    other = served(server_args=["a", "b"])
    third = served(server_args=["b"], server_env={"a": ""})
    assert len({str(missing_consents(card)) for card in (one, other, third)}) == 3


def test_escapes_in_what_is_asked_are_written_out():
    [clause] = missing_consents(served(program="/evil\x1b[2K\r\u202e"))
    assert clause.isascii()
    assert clause.isprintable()


def test_a_damaged_file_of_consents_is_one_sentence(tmp_path):
    file = remember_consents(["a"])
    for damaged in ("{", "[]", '{"allowed": 3}', "\x00"):
        file.write_text(damaged)
        with pytest.raises(UserError, match="correct or delete it"):
            missing_consents(served(program="/evil"))
