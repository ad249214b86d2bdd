"""The table of what endpoints' errors mean, `errors.yaml`, as typed rows."""

import re
from collections.abc import Set as AbstractSet
from functools import cached_property, lru_cache
from importlib import resources
from typing import Annotated, Any, Literal, Self

import yaml
from pydantic import Field, TypeAdapter, model_validator

from touchline.models.endpoint.rate_limiting.faults import FaultKind
from touchline.models.endpoint.size_limits import Size
from touchline.models.types import FailureReason
from touchline.validation import Settings

Protocol = Literal["openai", "gemini", "bedrock"]
"""How an endpoint is asked: chat completions, Google's own API, or Bedrock's Converse."""


class ErrorExample(Settings):
    """A body that a row is about.

    Attributes:
        protocol: the endpoint that sends it.
        status: its HTTP status.
        body: the decoded JSON, or a text.
    """

    protocol: Protocol | None = None
    status: int
    body: Any


class ErrorRow(Settings):
    """One kind of error; the head of `errors.yaml` explains the fields."""

    name: str
    protocol: Protocol | None = None
    status: tuple[int, ...] = ()
    codes: frozenset[str] = frozenset()
    words: str | None = None
    sizes: frozenset[Size] = frozenset()
    ends: FaultKind
    reason: FailureReason = FailureReason.REFUSED
    fix: str | None = None
    source: Annotated[str, Field(pattern="^https://")]
    example: ErrorExample

    @model_validator(mode="after")
    def _check_it_can_fit(self) -> Self:
        if not (self.status or self.codes or self.words or self.sizes):
            raise ValueError(f"row '{self.name}' states nothing that an error could fit")
        return self

    @cached_property
    def pattern(self) -> re.Pattern[str] | None:
        """The words, compiled."""
        return re.compile(self.words, re.IGNORECASE | re.MULTILINE) if self.words else None

    def fits(
        self,
        protocol: Protocol,
        status: int | None,
        codes: AbstractSet[str],
        text: str,
        size: Size | None,
    ) -> bool:
        """Whether an error is of this kind.

        Args:
            protocol: of the endpoint.
            status: HTTP status, or None where the error has none.
            codes: its codes, types, reasons and parameters, in lower case.
            text: all of it.
            size: what the limit that it speaks of is about, or None.
        """
        if self.protocol not in (None, protocol):
            return False
        says_more = bool(self.codes or self.words or self.sizes)
        if self.status and status not in self.status and not (status is None and says_more):
            return False
        if self.codes and not (self.codes & codes):
            return False
        if self.sizes and size not in self.sizes:
            return False
        return self.pattern is None or self.pattern.search(text) is not None


@lru_cache(maxsize=1)
def error_rows() -> tuple[ErrorRow, ...]:
    """The rows of `errors.yaml`, in order."""
    text = (resources.files(__package__) / "errors.yaml").read_text("utf-8")
    return TypeAdapter(tuple[ErrorRow, ...]).validate_python(yaml.safe_load(text))
