"""The card of a null baseline."""

from typing import Any, Literal

from touchline.models.card_types.base import Card


class BaselineCard(Card):
    """A null baseline, which never looks at the video; a useful model scores higher."""

    engine: Literal["baseline"]
    kind: Literal["random", "prior", "every-window", "comb", "clock", "sound"]

    @property
    def uses_clock(self) -> bool:
        """Whether it answers from what was counted by minute in other games."""
        return self.kind == "clock"

    def honoured(self) -> frozenset[str]:
        """See `Card.honoured`; only one kind draws at random."""
        return frozenset({"seed"} if self.kind == "random" else ())

    def identity(self) -> dict[str, Any]:
        """See `Card.identity`."""
        return {"engine": self.engine, "kind": self.kind}
