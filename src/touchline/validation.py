"""Settings that users write, and pydantic's errors about them as one sentence."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, TypeVar, get_args

from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic_core import ErrorDetails

from touchline.errors import UserError
from touchline.seal import DamagedFileError, is_sound
from touchline.text import nearest_word

Model = TypeVar("Model", bound=BaseModel)


class Settings(BaseModel):
    """Base of all settings of users: frozen, and unknown names are refused.

    Fields have the names and units of the YAML file, so times are in seconds; code reads them in
    milliseconds from properties that end in `_ms`.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


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


_EXPECTED = {
    "bool_parsing": "true or false",
    "bool_type": "true or false",
    "date_from_datetime_parsing": "a date such as 2026-11-27",
    "date_parsing": "a date such as 2026-11-27",
    "date_type": "a date such as 2026-11-27",
    "dataclass_type": "a mapping of names to values",
    "dict_type": "a mapping of names to values",
    "finite_number": "a finite number",
    "float_parsing": "a number",
    "float_type": "a number",
    "frozen_set_type": "a list",
    "int_from_float": "a whole number",
    "int_parsing": "a whole number",
    "int_parsing_size": "a whole number",
    "int_type": "a whole number",
    "list_type": "a list",
    "mapping_type": "a mapping of names to values",
    "model_attributes_type": "a mapping of names to values",
    "model_type": "a mapping of names to values",
    "named_tuple_type": "a mapping of names to values",
    "set_type": "a list",
    "string_type": "text",
    "tuple_type": "a list",
    "greater_than": "a number above {gt:g}",
    "greater_than_equal": "at least {ge:g}",
    "less_than": "a number below {lt:g}",
    "less_than_equal": "at most {le:g}",
    "multiple_of": "a multiple of {multiple_of:g}",
    "none_required": "nothing",
    "json_type": "JSON",
    "bytes_type": "text",
    "iterable_type": "a list",
    "datetime_type": "a date and time such as 2026-11-27T20:45",
    "datetime_parsing": "a date and time such as 2026-11-27T20:45",
    "datetime_from_date_parsing": "a date and time such as 2026-11-27T20:45",
    "time_type": "a time such as 20:45",
    "time_parsing": "a time such as 20:45",
    "url_type": "an address such as http://localhost:8000/v1",
    "url_parsing": "an address such as http://localhost:8000/v1",
    "url_scheme": "an address that begins with {expected_schemes}",
    "literal_error": "{expected}",
    "enum": "{expected}",
    "string_too_short": "at least {min_length} characters",
    "string_too_long": "at most {max_length} characters",
    "string_pattern_mismatch": "text of the form {pattern}",
    "too_short": "at least {min_length} entries",
    "too_long": "at most {max_length} entries",
    "union_tag_invalid": "{expected_tags}",
    "union_tag_not_found": "a mapping with the key {discriminator}",
}
"""What a value should be, by pydantic's type of error: its own sentences speak of Python types."""

_OWN_WORDS = ("value_error", "assertion_error", "json_invalid")
"""Errors whose sentences are touchline's, or say where JSON is broken."""


def telling(error: ValidationError) -> ErrorDetails:
    """The most informative error: an unknown field explains another that is missing.

    Of the members of a union, the one that went furthest into the value.
    """
    errors = error.errors()
    unknown = next((one for one in errors if one["type"] == "extra_forbidden"), None)
    first = _steps(errors[0])
    about = [one for one in errors if _steps(one)[: len(first)] == first]
    return unknown or max(about, key=lambda one: len(_steps(one)))


def parse_options(model: type[Model], options: Mapping[str, Any]) -> Model:
    """Settings from options of the command line; an option that is None keeps the default.

    Args:
        model: the settings.
        options: values by the name of the field, which is the option's with hyphens.

    Raises:
        UserError: a value does not fit.

    Example:
        >>> class Sampling(Settings):
        ...     fps: float = 5
        >>> parse_options(Sampling, {"fps": None})
        Sampling(fps=5)
    """
    given = {name: value for name, value in options.items() if value is not None}
    try:
        return model.model_validate(given)
    except ValidationError as error:
        raise UserError(f"--{one_sentence(error).replace('_', '-', 1)}") from error


def parse_sealed(model: type[Model], content: bytes, what: str, command: str) -> Model:
    """The values of a typed JSON file with a checksum (see `seal`).

    Args:
        model: their type.
        content: of the file.
        what: what to call it in errors.
        command: makes it again.

    Raises:
        DamagedFileError: it is not as it was written.
        UserError: it is of another type.
    """
    damaged = f"{what} is damaged: make it again with `{command}`."
    if not is_sound(content):
        raise DamagedFileError(damaged)
    try:
        return model.model_validate_json(content)
    except ValidationError as error:
        if telling(error)["type"] == "json_invalid":
            raise DamagedFileError(damaged) from error
        raise UserError(f"{what}: {one_sentence(error)}") from error


def one_sentence(
    error: ValidationError, words: Iterable[str] | type[BaseModel] = (), page: str = ""
) -> str:
    """The most informative error as a sentence for the user.

    Args:
        error: what pydantic raised.
        words: valid names of fields, for a suggestion; or the model, whose names beside the wrong
            one are suggested.
        page: of the documentation, which the sentence ends with.

    Returns:
        Such as "sampling.fsp is not known; the nearest is 'fps'." or "sampling.fps is 'fast':
        expected a number."
    """
    sentence = _sentence(error, telling(error), words)
    return f"{sentence[:-1]}; see {page}." if page else sentence


def _sentence(
    error: ValidationError, first: ErrorDetails, words: Iterable[str] | type[BaseModel]
) -> str:
    place = _place(_steps(first)) or "this"
    value = _shown(first["input"])
    if first["type"] == "extra_forbidden":
        known = _names_beside(words, first) if isinstance(words, type) else words
        return f"{place} is not known{nearest_word(str(first['loc'][-1]), known)}."
    if first["type"] == "missing":
        return f"{place} is missing."
    if first["type"] in _OWN_WORDS:
        # Of what concerns several values together, the values are no help.
        clause = _sentence_of(first["msg"])
        return f"{clause}." if not _steps(first) else f"{place} is {value}: {clause}."
    if first["type"] not in _EXPECTED:
        return f"{place} is {value}, which cannot be used here."
    # The members of a union report one error each about the same value.
    same = [one for one in error.errors() if _steps(one) == _steps(first)]
    expected = [_expected(one) for one in same if one["type"] in _EXPECTED]
    return f"{place} is {value}: expected {' or '.join(dict.fromkeys(expected))}."


def _names_beside(model: type[BaseModel], error: ErrorDetails) -> set[str]:
    """The names that an unknown one could have been: those of the fields at the same place."""
    models = [model]
    for step in _steps(error)[:-1]:
        fields = [one.model_fields[str(step)] for one in models if step in one.model_fields]
        models = [found for field in fields for found in _models_in(field.annotation)] or models
    return {name for one in models for name in one.model_fields}


def _expected(error: ErrorDetails) -> str:
    return _EXPECTED[error["type"]].format_map(error.get("ctx", {}))


def _steps(error: ErrorDetails) -> list[int | str]:
    """The way to a value as its file has it: pydantic adds the members of unions to it."""
    return [step for step in error["loc"] if not _is_member(step)]


def _place(steps: Iterable[int | str]) -> str:
    """The way to a value in words; entries of lists are counted from 1.

    >>> _place(["models", 0, "price", "input"])
    'price.input in entry 1 of models'
    """
    names: list[str] = []
    entry = ""
    for step in steps:
        if isinstance(step, int):
            of = f" of {'.'.join(names)}" if names else ""
            entry = f"entry {step + 1}{of}{entry and f' in {entry}'}"
            names = []
        else:
            names.append(step)
    return " in ".join(filter(None, [".".join(names), entry]))


def _is_member(step: int | str) -> bool:
    """Whether a step names a type: `str`, `dict[str,any]`, `function-after[f(), T]`.

    Settings are in lower case, and none has the name of a Python type.
    """
    if isinstance(step, int):
        return False
    return step in _PYTHON_TYPES or "[" in step


_PYTHON_TYPES = {"bool", "float", "int", "str", "none", "constrained-str", "constrained-int"}


def _sentence_of(message: str) -> str:
    return message.removeprefix("Value error, ").removesuffix(".")


def _shown(value: Any) -> str:
    text = str(value).lower() if isinstance(value, bool) else repr(value)
    return text if len(text) <= 60 else text[:57] + "..."
