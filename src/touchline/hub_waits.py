"""How long the hub may say nothing: its client would wait for ever."""

from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import httpx2

_SILENCE_S = 30.0
"""Without one byte of an answer; a slow download that goes on is never cut."""


@lru_cache(maxsize=1)
def limit_hub_waits() -> None:
    """Ends every request to the hub that gets no answer, in this process from now on."""
    from huggingface_hub import set_client_factory

    set_client_factory(_client)


def _client() -> "httpx2.Client":
    from huggingface_hub.utils._http import default_client_factory

    client = default_client_factory()
    hooks = client.event_hooks
    client.event_hooks = {**hooks, "request": [*hooks["request"], _limit]}
    return client


def _limit(request: "httpx2.Request") -> None:
    """The library asks for no limit, request by request."""
    given = request.extensions.get("timeout") or {}
    phases = ("connect", "read", "write", "pool")
    request.extensions["timeout"] = {
        phase: _SILENCE_S if given.get(phase) is None else given[phase] for phase in phases
    }
