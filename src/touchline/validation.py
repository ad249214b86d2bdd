"""Turning pydantic's errors into one sentence with the place and the nearest valid word."""

import difflib
from collections.abc import Iterable
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails


def field_names(*models: type[BaseModel]) -> set[str]:
    """Names of all fields of some models: the words that a person may have meant."""
    return {name for model in models for name in model.model_fields}


def telling(error: ValidationError) -> ErrorDetails:
    """The error that tells most: a word that is not known explains another that is missing."""
    errors = error.errors()
    return next((one for one in errors if one["type"] == "extra_forbidden"), errors[0])


def one_sentence(error: ValidationError, words: Iterable[str] = ()) -> str:
    """The most telling error as a sentence for a person.

    Args:
        error: what pydantic raised.
        words: valid names of fields, for a suggestion.

    Returns:
        Such as "sampling.fsp is not known; the nearest is 'fps'."
    """
    first = telling(error)
    place = ".".join(str(part) for part in first["loc"]) or "the whole"
    if first["type"] == "extra_forbidden":
        near = difflib.get_close_matches(str(first["loc"][-1]), list(words), n=1, cutoff=0.4)
        return f"{place} is not known" + (f"; the nearest is '{near[0]}'." if near else ".")
    if first["type"] == "missing":
        return f"{place} is missing."
    return f"{place} is {_shown(first['input'])}: {_said(first['msg'])}."


def _said(message: str) -> str:
    return message.removeprefix("Value error, ").removesuffix(".")


def _shown(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "..."
