"""The card of a model behind Ollama, through its own API."""

from typing import Annotated, Any, Literal, Self

from pydantic import Field, model_validator

from touchline.errors import UserError
from touchline.models.card_types.dialects import known_dialect
from touchline.models.card_types.endpoint import BaseUrl, HttpCard, KeyName


class OllamaCard(HttpCard):
    """A model behind Ollama's native API, whose context is set with every request.

    Ollama's OpenAI route cannot set the context: it is 4,096 tokens unless the server has at least
    24 GiB of video memory, and longer prompts are cut, images with them.

    `model` is Ollama's name, such as "qwen2.5vl:7b". `num_ctx` is the context in tokens, for the
    prompt and the answer; without it that is `context_tokens`. Memory grows with it. A prompt that
    is too long is refused instead of cut (`truncate` and `shift` are off, since Ollama 0.12.6).
    `think` turns the thoughts of a reasoning model on or off, or says how much it thinks.
    `structured` constrains the answer to the JSON schema of the prompt, `logprobs` requests the
    log-probability of every token (since Ollama 0.12.11), and frames are sent smaller where they
    have more than `max_pixels`. Ollama answers one request at a time unless its
    OLLAMA_NUM_PARALLEL says otherwise; set `in_flight` to the same.
    """

    identity_fields = ("max_pixels", "structured", "think", "dialect")

    engine: Literal["ollama"]
    base_url: BaseUrl = "http://127.0.0.1:11434"
    api_key_env: KeyName = "OLLAMA_API_KEY"
    dialect: Annotated[str, known_dialect("ollama")] = "ollama-native"
    num_ctx: Annotated[int, Field(ge=1)] | None = None
    in_flight: Annotated[int, Field(ge=1)] = 1
    timeout_s: Annotated[float, Field(gt=0)] = 300.0
    structured: Literal["json_schema"] | None = None
    think: bool | Literal["low", "medium", "high"] | None = None
    logprobs: bool = False

    @model_validator(mode="after")
    def _check_prompt_fits_ollama(self) -> Self:
        if self.num_ctx is None and self.context_tokens is None:
            raise UserError(
                f"model '{self.name}': Ollama cuts prompts at 4,096 tokens unless it is told "
                "otherwise: write num_ctx, the context in tokens, in the card."
            )
        if self.text_first:
            raise UserError(
                f"model '{self.name}': Ollama puts images before the text: remove text_first."
            )
        return self

    @property
    def context(self) -> int:
        """The context that requests ask for, in tokens."""
        context = self.num_ctx or self.context_tokens
        assert context is not None  # checked when the card was read
        return context

    def identity(self) -> dict[str, Any]:
        """See `Card.identity`; versions before 0.12.6 cut prompts at the context."""
        return {**super().identity(), "num_ctx": self.context}
