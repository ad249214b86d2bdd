"""Errors of the SDKs of OpenAI and Anthropic, which one generator made, as sentences."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from touchline.errors import ComeBackLater, UserError
from touchline.models.endpoint.http_errors import summarize_error


@contextmanager
def user_errors(sdk: Any, name: str, model: str) -> Iterator[None]:
    """Turns the errors of an SDK in this block into sentences; it has retried temporary ones.

    Args:
        sdk: the module, which has its errors under the same names as the other.
        name: of the batch API.
        model: name of the card.

    Raises:
        ComeBackLater: the service cannot be reached, or is overloaded.
        UserError: it refuses.
    """

    def sentence(what: str, error: Any) -> str:
        return f"{name} {what} for model '{model}' ({summarize_error(error.message)})"

    try:
        yield
    except (sdk.APIConnectionError, sdk.RateLimitError, sdk.InternalServerError) as error:
        said = sentence("cannot be reached", error)
        raise ComeBackLater(f"{said}; what was submitted is kept: run again.") from error
    except sdk.NotFoundError as error:
        raise UserError(f"{sentence('does not exist', error)}: run without --batch.") from error
    except sdk.APIStatusError as error:
        refusal = f"refuses with HTTP {error.status_code}"
        raise UserError(f"{sentence(refusal, error)}.") from error
