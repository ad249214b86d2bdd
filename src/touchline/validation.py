"""Settings that users write, and pydantic's errors about them as one sentence."""

from collections.abc import Iterable, Iterator
from typing import Any, get_args

from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic_core import ErrorDetails

from touchline.text import nearest_word


class Settings(BaseModel):
    """Base of all settings of users: frozen, and unknown names are refused.

    Fields have the names and units of the YAML file, so times are in seconds; code reads them in
    milliseconds from properties that end in `_ms`.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)


def to_ms(seconds: float) -> int:
    """Seconds as users write them, in whole milliseconds.

    >>> to_ms(2.5)
    2500
    """
    return round(1000 * seconds)


def field_names(*models: type[BaseModel]) -> set[str]:
    """Names of all fields of some models and of the models in them, for suggestions."""
    found: set[str] = set()
    for model in models:
        for name, field in model.model_fields.items():
            found.add(name)
            found |= field_names(*_models_in(field.annotation))
    return found


def _models_in(annotation: Any) -> Iterator[type[BaseModel]]:
    """The models that a type is made of, such as that of `tuple[Price, ...] | None`."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for part in get_args(annotation):
        yield from _models_in(part)


def telling(error: ValidationError) -> ErrorDetails:
    """The most informative error: an unknown field explains another that is missing."""
    errors = error.errors()
    return next((one for one in errors if one["type"] == "extra_forbidden"), errors[0])


def one_sentence(error: ValidationError, words: Iterable[str] = ()) -> str:
    """The most informative error as a sentence for the user.

    Args:
        error: what pydantic raised.
        words: valid names of fields, for a suggestion.

    Returns:
        Such as "sampling.fsp is not known; the nearest is 'fps'."
    """
    first = telling(error)
    place = ".".join(str(part) for part in first["loc"]) or "the whole"
    if first["type"] == "extra_forbidden":
        return f"{place} is not known{nearest_word(str(first['loc'][-1]), words)}."
    if first["type"] == "missing":
        return f"{place} is missing."
    return f"{place} is {_shown(first['input'])}: {_sentence_of(first['msg'])}."


def _sentence_of(message: str) -> str:
    return message.removeprefix("Value error, ").removesuffix(".")


def _shown(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "..."
