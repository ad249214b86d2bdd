"""The card of a model behind an endpoint that speaks OpenAI's chat completions."""

from typing import Annotated, Any, Literal

from pydantic import Field

from touchline.models.kinds.common import CardBase


class OpenAICard(CardBase):
    """A model behind an endpoint that speaks OpenAI's chat completions.

    `logprobs` asks for the log-probability of every token; not every endpoint gives them.
    """

    engine: Literal["openai"]
    base_url: str = "https://api.openai.com/v1"
    model: str
    api_key_env: str = "OPENAI_API_KEY"
    in_flight: Annotated[int, Field(ge=1)] = 8
    timeout_s: Annotated[float, Field(gt=0)] = 120.0
    retries: Annotated[int, Field(ge=0)] = 4
    max_tokens_field: Literal["max_tokens", "max_completion_tokens"] = "max_tokens"
    logprobs: bool = False

    def names(self) -> tuple[str, ...]:
        """See `CardBase.names`; the endpoint's own name for the model is one of them."""
        return (*super().names(), self.model)

    def identity(self) -> dict[str, Any]:
        """See `CardBase.identity`."""
        return {"engine": self.engine, "base_url": self.base_url, "model": self.model}
