from typing import Annotated, Literal

import pytest
from pydantic import Field, ValidationError

from touchline.validation import Settings, one_sentence


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
        ({"inner": {"fps": 0}}, "inner.fps is 0: expected a number above 0.0."),
        ({"inner": {"fps": float("inf")}}, "inner.fps is inf: expected a finite number."),
        ({"inner": {"kind": "c"}}, "inner.kind is 'c': expected 'a' or 'b'."),
        ({"inner": {"box": 3}}, "inner.box is 3: expected a list."),
        ({"inner": {"box": [1]}}, "inner.box.1 is missing."),
        ({"inner": {"fsp": 3}}, "inner.fsp is not known; the nearest is 'fps'."),
        ({"models": 7}, "models is 7: expected a list."),
        ({"models": [7]}, "models.0 is 7: expected text or a mapping of names to values."),
        ({"models": [{"a": "x"}]}, "models.0.a is 'x': expected a whole number."),
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
