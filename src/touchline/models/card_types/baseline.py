"""The card of a null model."""

from typing import Any, Literal

from touchline.models.card_types.common import CardBase


class BaselineCard(CardBase):
    """A model that sees nothing. What does not beat it has shown nothing."""

    engine: Literal["baseline"]
    kind: Literal["random", "prior", "every-window", "sound"]

    def identity(self) -> dict[str, Any]:
        """See `CardBase.identity`."""
        return {"engine": self.engine, "kind": self.kind}
