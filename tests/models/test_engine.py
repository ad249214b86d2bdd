"""Engines are registered in one place: touchline's table, or an entry point of a package."""

import ast
import sys
from pathlib import Path
from typing import ClassVar, Literal

import pytest

import touchline
from tests.support.packages import write_entry_points
from touchline.errors import UserError
from touchline.models import (
    ENGINES,
    Card,
    EngineSpec,
    Reply,
    Request,
    find_card,
    installed_engine,
    load_engine,
    make_batch_service,
)
from touchline.prompts import Messages
from touchline.video import Window


class EchoCard(Card):
    """A third party's card type, with a field of its own."""

    engine: Literal["echo"]
    word: str = "None."

    def identity(self):
        return {"engine": self.engine, "word": self.word}

    def honoured(self):
        return frozenset({"max_new_tokens", "temperature"})


class EchoEngine:
    """A third party's engine."""

    closed: ClassVar[list[str]] = []

    def __init__(self, card):
        self._card = card

    def replies(self, requests):
        for request in requests:
            yield Reply(request.key, self._card.word)

    def close(self):
        self.closed.append(self._card.name)


ECHO = EngineSpec(card=f"{__name__}:EchoCard", load=f"{__name__}:EchoEngine")
BROKEN = "not an EngineSpec"
MISSING = EngineSpec(
    card=f"{__name__}:EchoCard", load="touchline.no_such_module:Engine", install="mylab[cuda]"
)


@pytest.fixture
def register(tmp_path, monkeypatch):
    """Registers engines as an installed package would: `register(echo="ECHO")`."""
    monkeypatch.setitem(sys.modules, __name__, sys.modules.get(__name__) or _this_module())

    def put(**engines):
        targets = {name: f"{__name__}:{value}" for name, value in engines.items()}
        write_entry_points(tmp_path, "theirlab", "touchline.engines", targets)
        monkeypatch.syspath_prepend(str(tmp_path))

    return put


def _this_module():
    import types

    module = types.ModuleType(__name__)
    module.__dict__.update(globals())
    return module


def request():
    window = Window("g", 1, 0, 1, 0, 1000, (0,))
    return Request("key", window, Messages((), "t"), list, find_card("demo").generation)


def test_an_engine_of_a_package_has_cards_and_answers(register):
    register(echo="ECHO")
    card = find_card({"name": "e", "engine": "echo", "word": "Goal", "max_images": 3})
    assert isinstance(card, EchoCard)
    assert "echo" in ENGINES.names()
    engine = load_engine(card)
    assert [reply.text for reply in engine.replies([request()])] == ["Goal"]
    engine.close()
    assert EchoEngine.closed == ["e"]
    assert make_batch_service(card) is None
    assert not card.is_baseline


def test_a_card_of_the_package_may_be_overridden_and_used_with_another_engine(register):
    register(echo="ECHO")
    card = find_card({"use": "qwen2.5-vl-7b", "engine": "echo", "word": "Foul"})
    assert (card.engine, card.family, card.word) == ("echo", "Qwen2.5-VL", "Foul")
    with pytest.raises(UserError, match="wrod is not known; the nearest is 'word'"):
        find_card({"name": "e", "engine": "echo", "wrod": "Goal"})


def test_an_engine_of_touchline_is_not_replaced_by_a_package(register):
    register(openai="ECHO")
    assert ENGINES.get("openai") is ENGINES.built_in["openai"]


def test_an_unknown_engine_is_one_sentence_with_the_nearest_and_all_names(register):
    register(echo="ECHO")
    with pytest.raises(UserError) as caught:
        find_card({"name": "x", "engine": "ehco"})
    sentence = str(caught.value)
    assert "model 'x': engine 'ehco' is not known; the nearest is 'echo'" in sentence
    assert all(name in sentence for name in ENGINES.names())


@pytest.mark.parametrize(
    ("value", "sentence"),
    [
        ("BROKEN", "of the package 'theirlab' is of the class str, not EngineSpec"),
        ("NOTHING", "of the package 'theirlab' cannot be loaded"),
    ],
)
def test_a_package_that_registers_wrongly_is_named(register, value, sentence):
    register(echo=value)
    with pytest.raises(UserError, match=sentence):
        find_card({"name": "x", "engine": "echo"})


def test_what_is_not_installed_is_named_with_what_to_install(register):
    register(echo="MISSING")
    with pytest.raises(UserError, match=r"pip install 'mylab\[cuda\]'"):
        load_engine(find_card({"name": "x", "engine": "echo"}))


@pytest.mark.parametrize("name", sorted(ENGINES.built_in))
def test_everything_that_a_built_in_engine_names_is_there(name):
    import pkgutil

    spec = ENGINES.get(name)
    assert issubclass(spec.card_type(), Card)
    for place in filter(None, (spec.load, spec.batches)):
        assert callable(pkgutil.resolve_name(place))
    assert name in spec.card_type().model_fields["engine"].annotation.__args__


def test_an_engine_that_is_not_installed_is_none_where_a_strangers_run_is_read():
    assert installed_engine("of-a-lab-far-away") is None
    assert installed_engine("hybrid") is ENGINES.get("hybrid")


def test_engines_that_need_an_account_are_not_local():
    """What needs a key by default runs elsewhere; `openai` may be either, and is not claimed."""
    for name, spec in ENGINES.built_in.items():
        if "api_key_env" in spec.card_type().model_fields and name != "ollama":
            assert not spec.is_local, name
        if spec.in_sequence:
            assert spec.is_local, name


def test_no_other_file_lists_the_engines():
    """Adding an engine is one entry: nothing else matches on card types of built-in engines."""
    types = {spec.card.partition(":")[2] for spec in ENGINES.built_in.values()} - {"ServedCard"}
    for file in (Path(touchline.__file__).parent / "models").glob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            assert not isinstance(node, ast.MatchClass) or ast.unparse(node.cls) not in types


def test_a_null_baseline_needs_the_class_priors():
    with pytest.raises(UserError, match="answers from the class frequencies"):
        load_engine(find_card("baseline/random"))
