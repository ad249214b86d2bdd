"""The card of a Claude model that is asked through Anthropic's own API."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from touchline.errors import UserError
from touchline.models.card_types.dialects import known_dialect
from touchline.models.card_types.endpoint import BaseUrl, HttpCard, KeyName

_LEAST_BUDGET = 1024
"""The smallest thinking budget that the API takes."""
_NO_EFFORTS = ("none", "minimal")
"""Efforts of other makers that Anthropic does not have."""


class AnthropicCard(HttpCard):
    """A Claude model, with frames as images.

    `dialect` is `anthropic` for models that decide themselves how much they think (Claude 4.7 and
    later), which refuse temperature, top_p and top_k; and `anthropic-budget` for earlier ones,
    whose thinking has a budget and is off without one. `thinking` turns thinking off, or on, in the
    former, where a model allows it. `structured` constrains the answer to the JSON schema of the
    prompt: `json_schema` by the API's own output format, `tool` by a tool that the model must
    call, which goes with no thinking. Frames are sent smaller where they have more than
    `max_pixels`.
    """

    identity_fields = ("dialect", "structured", "thinking", "max_pixels")

    engine: Literal["anthropic"]
    dialect: Annotated[str, known_dialect("anthropic")] = "anthropic"
    base_url: BaseUrl = "https://api.anthropic.com"
    api_key_env: KeyName = "ANTHROPIC_API_KEY"
    timeout_s: Annotated[float, Field(gt=0)] = 480.0
    thinking: Literal["adaptive", "disabled"] | None = None
    structured: Literal["json_schema", "tool"] | None = None

    @model_validator(mode="after")
    def _check_what_the_api_refuses(self) -> Self:
        settings = self.generation
        if settings.max_new_tokens is None:
            raise UserError(
                f"model '{self.name}': Anthropic's API needs a limit for every answer: set "
                "max_new_tokens."
            )
        if self.dialect != "anthropic" and self.thinking is not None:
            raise UserError(
                f"model '{self.name}': thinking is set by thinking_budget in dialect "
                f"{self.dialect}: remove 'thinking' from the card."
            )
        if settings.thinking_budget is not None and settings.thinking_budget < _LEAST_BUDGET:
            raise UserError(
                f"model '{self.name}': thinking_budget is at least {_LEAST_BUDGET:,} tokens; to "
                "turn thinking off, write 'generation: {thinking_budget: null}'."
            )
        if settings.reasoning_effort in _NO_EFFORTS:
            raise UserError(
                f"model '{self.name}': reasoning_effort '{settings.reasoning_effort}' does not "
                "exist at Anthropic: write low, medium, high, xhigh or max, or 'thinking: disabled'"
                " in the card."
            )
        if self.structured == "tool" and self._may_think():
            raise UserError(
                f"model '{self.name}': no model that thinks can be made to call a tool: write "
                "'structured: json_schema', or turn its thinking off."
            )
        return self

    def needs_key(self) -> str | None:
        """See `Card.needs_key`."""
        return self.api_key_env

    def _may_think(self) -> bool:
        if self.dialect == "anthropic":
            return self.thinking != "disabled"
        return self.generation.thinking_budget is not None
