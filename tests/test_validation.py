import re
from typing import Annotated, Literal, get_args

import pytest
from pydantic import Field, ValidationError
from pydantic_core.core_schema import ErrorType

from touchline.errors import UserError
from touchline.validation import _OWN_WORDS, Settings, one_sentence, parse_options


class _Inner(Settings):
    fps: Annotated[float, Field(gt=0, le=240)] = 5
    kind: Literal["a", "b"] = "a"
    box: tuple[float, float] = (0, 1)


class _Outer(Settings):
    inner: _Inner = _Inner()
    models: Annotated[tuple[str | dict[str, int], ...], Field(min_length=1)] = ("demo",)
    note: str | None = None
    exact: bool = False


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"inner": 3}, "inner is 3: expected a mapping of names to values."),
        ({"inner": {"fps": "fast"}}, "inner.fps is 'fast': expected a number."),
        ({"inner": {"fps": 0}}, "inner.fps is 0: expected a number above 0."),
        ({"inner": {"fps": float("inf")}}, "inner.fps is inf: expected a finite number."),
        ({"inner": {"kind": "c"}}, "inner.kind is 'c': expected 'a' or 'b'."),
        ({"inner": {"box": 3}}, "inner.box is 3: expected a list."),
        ({"inner": {"box": [1]}}, "entry 2 of inner.box is missing."),
        ({"inner": {"fsp": 3}}, "inner.fsp is not known; the nearest is 'fps'."),
        ({"models": 7}, "models is 7: expected a list."),
        ({"models": [7]}, "entry 1 of models is 7: expected text or a mapping of names to values."),
        ({"models": [{"a": "x"}]}, "a in entry 1 of models is 'x': expected a whole number."),
        ({"models": []}, "models is []: expected at least 1 entries."),
        ({"note": 3}, "note is 3: expected text."),
        ({"exact": "perhaps"}, "exact is 'perhaps': expected true or false."),
        (7, "this is 7: expected a mapping of names to values."),
    ],
)
def test_a_mistake_is_one_sentence_without_types_of_python(values, sentence):
    with pytest.raises(ValidationError) as caught:
        _Outer.model_validate(values)
    assert one_sentence(caught.value, ("fps", "kind")) == sentence


def test_every_error_of_pydantic_has_plain_words():
    jargon = re.compile(r"tuple|dict|tag|instance|valid|pydantic|Input|should")

    class Context(dict[str, object]):
        """Whatever pydantic says besides."""

        def __missing__(self, name: str) -> int:
            return 3

    class RaisedError(ValueError):
        """An error of one kind, as pydantic raises it."""

        def __init__(self, kind: str) -> None:
            self._error = {
                "type": kind,
                "loc": ("a",),
                "msg": "Input",
                "input": 3,
                "ctx": Context(),
            }

        def errors(self) -> list[dict[str, object]]:
            return [self._error]

    for kind in set(get_args(ErrorType)) - set(_OWN_WORDS):
        said = one_sentence(RaisedError(kind))
        assert said.startswith("a is "), said
        assert not jargon.search(said), said


def test_an_option_that_does_not_fit_is_named_as_it_is_typed():
    assert parse_options(_Inner, {"fps": 2.0, "kind": None}) == _Inner(fps=2)
    with pytest.raises(UserError, match=r"^--fps is 0: expected a number above 0\.$"):
        parse_options(_Inner, {"fps": 0})
