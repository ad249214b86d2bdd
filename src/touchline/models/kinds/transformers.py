"""The card of a checkpoint that runs in this process."""

from typing import Annotated, Any, Literal

from pydantic import Field

from touchline.models.kinds.local import LocalCard


class TransformersCard(LocalCard):
    """A checkpoint that runs in this process through Hugging Face transformers."""

    engine: Literal["transformers"]
    attention: Literal["sdpa", "eager", "flash_attention_2"] = "sdpa"
    batch_size: Annotated[int, Field(ge=1)] = 1

    def identity(self) -> dict[str, Any]:
        """See `CardBase.identity`."""
        return {
            "engine": self.engine,
            "weights": self.weights(),
            "precision": self.precision,
            "attention": self.attention,
            **self.adaptations(),
        }
