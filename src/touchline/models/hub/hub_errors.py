"""Errors of the hub as one sentence each."""

from collections.abc import Iterator
from contextlib import contextmanager

from touchline.disk import is_disk_full
from touchline.errors import ComeBackLater, UserError
from touchline.text import shorten


@contextmanager
def hub_sentences(name: str, repository: str) -> Iterator[None]:
    """Turns errors of the hub, silence among them, into a sentence for the user.

    Args:
        name: of the model.
        repository: on the hub.

    Raises:
        UserError: the user can fix it: name, revision, licence, token, network.
        ComeBackLater: the hub is busy or the disk is full; whole files are kept.
    """
    import httpx2
    from huggingface_hub.errors import HFValidationError

    from touchline.bounded_http import limit_hub_waits

    limit_hub_waits()
    try:
        yield
    except HFValidationError as error:
        raise UserError(
            f"model '{name}': {repository} is neither a folder nor the name of a hub repository "
            "(OWNER/NAME)."
        ) from error
    except (OSError, httpx2.HTTPError) as error:
        raise _as_our_error(f"model '{name}'", repository, error) from error


def _as_our_error(model: str, repository: str, error: Exception) -> UserError | ComeBackLater:
    from huggingface_hub.errors import HfHubHTTPError

    answer = _first(error, HfHubHTTPError)
    if answer is not None:
        return _refused(model, repository, answer)
    if is_disk_full(error):
        return ComeBackLater(
            f"{model}: the disk is full; complete files are kept: free some space."
        )
    return _unreachable(model, error)


def _refused(model: str, repository: str, error: Exception) -> UserError | ComeBackLater:
    """The sentence for an answer of the hub that is an error."""
    response = getattr(error, "response", None)
    status = getattr(response, "status_code", None)
    sentence = _about_repository(repository, error, status) or _about_token(repository, status)
    if sentence is not None:
        return UserError(f"{model}: {sentence}.")
    if response is None or status != 429:
        return ComeBackLater(f"{model}: the hub failed with HTTP {status}; run again later.")
    wait = response.headers.get("Retry-After")
    when = f" for {wait} s" if wait else ""
    return ComeBackLater(
        f"{model}: the hub asks to wait{when} (HTTP 429); complete files are kept: run again "
        "later, with a token if there was none."
    )


def _about_repository(repository: str, error: Exception, status: int | None) -> str | None:
    """What is wrong with the repository, or None where it is something else."""
    from huggingface_hub import constants, get_token
    from huggingface_hub.errors import (
        DisabledRepoError,
        GatedRepoError,
        RepositoryNotFoundError,
        RevisionNotFoundError,
    )

    page, has_token = f"{constants.ENDPOINT}/{repository}", get_token() is not None
    sentence: str | None = None
    match error:
        case GatedRepoError() if has_token:
            sentence = (
                f"{repository} is gated and this token's account has no access: accept the "
                f"licence at {page}"
            )
        case GatedRepoError():
            sentence = (
                f"{repository} is gated: accept the licence at {page}, then set HF_TOKEN to a "
                "token of that account"
            )
        case RevisionNotFoundError():
            sentence = f"{repository} has no such revision; fix it in the card"
        case DisabledRepoError():
            sentence = f"the hub has disabled {repository}"
        case RepositoryNotFoundError() if not (status == 401 and has_token):
            hint = "the token has no access to it" if has_token else "no token is set in HF_TOKEN"
            sentence = f"the hub has no {repository}, or it is private and {hint}"
    return sentence


def _about_token(repository: str, status: int | None) -> str | None:
    """What is wrong with the token, or None where it is something else."""
    from huggingface_hub import constants

    page = f"{constants.ENDPOINT}/settings/tokens"
    sentences = {
        401: f"the hub does not accept the token in HF_TOKEN (HTTP 401): make a new one at {page}",
        403: f"this token may not read {repository} (HTTP 403): give it read access to gated "
        f"repositories at {page}",
    }
    return sentences.get(status) if status is not None else None


def _unreachable(model: str, error: Exception) -> UserError:
    from huggingface_hub import constants
    from huggingface_hub.errors import OfflineModeIsEnabled

    if _first(error, OfflineModeIsEnabled) is not None:
        return UserError(f"{model}: HF_HUB_OFFLINE is set, so nothing can be downloaded: unset it.")
    reason = shorten(error, 200)
    return UserError(f"{model}: the hub at {constants.ENDPOINT} cannot be reached ({reason}).")


def _first(error: BaseException, kind: type[Exception]) -> Exception | None:
    """The first error of a kind among an error and its causes."""
    inner: BaseException | None = error
    while inner is not None:
        if isinstance(inner, kind):
            return inner
        inner = inner.__cause__
    return None
