"""The settings of a run about who answers: `identity`."""

from typing import Annotated, Literal

from pydantic import Field

from touchline.validation import Settings


class IdentitySettings(Settings):
    """What happens where another model than before answers, and how silent changes are noticed.

    Attributes:
        when_changed: "stop" ends a model whose answers come from another served model, version or
            provider than its first one; "split" goes on, and gives each of them a row of its own;
            "keep" goes on, and the report says that the row is mixed.
        canaries: windows that are asked again at every start of a run, so that a change that
            nothing names is noticed; None asks 8 where an endpoint's model has at least 1,200
            windows, else none.
    """

    when_changed: Literal["stop", "split", "keep"] = "stop"
    canaries: Annotated[int, Field(ge=0, le=10)] | None = None
