"""How long the hub may say nothing, and how much it may say: its client would wait for ever."""

from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import httpx2

_SILENCE_S = 30.0
"""Without one byte of an answer; a slow download that goes on is never cut."""


_MOST_BYTES = 100_000_000
"""Of what is not a file: the list of the 100,000 files that a repository may have."""

_LONGEST_S = 600.0
_MOST_FILE_BYTES = 60_000_000_000
"""The library fetches no file of more than 50 GB this way."""

_LONGEST_FILE_S = 7 * 86_400.0
_WITH_CONTENT = (200, 206)


@lru_cache(maxsize=1)
def limit_hub_waits() -> None:
    """Ends every request to the hub that gets no answer, in this process from now on."""
    from huggingface_hub import set_client_factory

    set_client_factory(_client)


def _client() -> "httpx2.Client":
    from huggingface_hub.utils._http import default_client_factory

    client = default_client_factory()
    hooks = client.event_hooks
    client.event_hooks = {
        "request": [*hooks["request"], _limit],
        "response": [*hooks["response"], _bound],
    }
    return client


def _bound(response: "httpx2.Response") -> None:
    """Limits an answer: what the library reads into memory more than the files that it writes."""
    from touchline.bounded_http import Bound, bound_answer

    path = response.request.url.path
    is_file = response.status_code in _WITH_CONTENT and ("/resolve/" in path or "/api/" not in path)
    bound = (_MOST_FILE_BYTES, _LONGEST_FILE_S) if is_file else (_MOST_BYTES, _LONGEST_S)
    bound_answer(response, Bound(*bound))


def _limit(request: "httpx2.Request") -> None:
    """The library asks for no limit, request by request."""
    given = request.extensions.get("timeout") or {}
    phases = ("connect", "read", "write", "pool")
    request.extensions["timeout"] = {
        phase: _SILENCE_S if given.get(phase) is None else given[phase] for phase in phases
    }
