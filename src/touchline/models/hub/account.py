"""The account of the hub's token."""

from touchline.errors import ComeBackLater, UserError
from touchline.models.api_keys import find_key, protect
from touchline.registry import install_command

TOKEN = "HF_TOKEN"  # noqa: S105  (the name of a variable)
_REFUSED = (401, 403)


def hub_token() -> str | None:
    """The token of the hub, as its library finds it: the environment, or its login file.

    It is kept out of all output from now on. None where there is none.

    Raises:
        UserError: it contains what no token does.
    """
    token = find_key(TOKEN)
    if token is not None:
        return token
    try:
        from huggingface_hub import get_token
    except ImportError:
        return None
    token = get_token()
    protect(token or "")
    return token


def hub_account() -> str | None:
    """The name of the account that the hub's token belongs to; the token is sent to the hub.

    None where there is no token.

    Raises:
        UserError: the hub does not accept the token, or its library is not installed.
        ComeBackLater: the hub does not answer.
    """
    token = hub_token()
    if token is None:
        return None
    try:
        import httpx2
        from huggingface_hub import whoami
        from huggingface_hub.errors import HfHubHTTPError
    except ImportError as error:
        raise UserError(
            f"the hub's token can be checked with its library: {install_command('local')}."
        ) from error
    from touchline.bounded_http import limit_hub_waits

    limit_hub_waits()
    try:
        return str(whoami(token=token).get("name", "unknown"))
    except HfHubHTTPError as error:
        status = error.response.status_code
        if status in _REFUSED:
            raise UserError(
                f"the hub does not accept the token in {TOKEN} (HTTP {status}): make a new one at "
                "its page of settings."
            ) from error
        raise ComeBackLater(f"the hub fails with HTTP {status}: try again later.") from error
    except (OSError, httpx2.HTTPError) as error:
        raise ComeBackLater("the hub does not answer: try again later.") from error
