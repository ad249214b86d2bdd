"""Serving the viewer to a browser on this machine, or on others, with a token."""

import contextlib
import secrets
import socket
from collections.abc import Callable

from touchline.errors import UserError, reason_of
from touchline.registry import install_command
from touchline.view.app import make_app
from touchline.view.guard import Guard
from touchline.view.open_browser import opened_in_browser
from touchline.view.viewed_run import ViewedRun

_ALL_ADDRESSES = ("0.0.0.0", "::", "")  # noqa: S104  (what a user may give)
_LOOPBACK = "127.0.0.1"


def serve_viewer(
    run: ViewedRun,
    host: str | None,
    port: int,
    ready: Callable[[str], None],
    *,
    browser: bool = False,
) -> None:
    """Serves until it is interrupted.

    Args:
        run: the run.
        host: the address to listen on; None for this machine only.
        port: 0 for any that is free.
        ready: called with the address to open, as soon as the port is open. What follows its #
            is the token that every request needs.
        browser: whether a browser is opened.

    Raises:
        UserError: uvicorn is missing, or the address cannot be listened on.
    """
    try:
        import uvicorn
    except ImportError as error:
        raise UserError(f"the viewer needs the extra 'view': {install_command('view')}.") from error
    token = secrets.token_urlsafe(24)
    app = Guard(make_app(run), token, any_host=host is not None)
    sock = _listen(host or _LOOPBACK, port)
    name = f"{_reachable(host)}:{sock.getsockname()[1]}"
    address = f"http://{name}/#{token}"
    ready(address)
    config = uvicorn.Config(app, log_level="warning", access_log=False, server_header=False)
    opened = opened_in_browser(address) if browser else contextlib.nullcontext()
    with opened, contextlib.suppress(KeyboardInterrupt):  # this is how it is stopped
        uvicorn.Server(config).run(sockets=[sock])


def _reachable(host: str | None) -> str:
    """The name under which others reach an address; "0.0.0.0" is all of this machine's."""
    if host in _ALL_ADDRESSES:
        return socket.gethostname()
    return host or _LOOPBACK


def _listen(host: str, port: int) -> socket.socket:
    sock = socket.socket()
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        sock.bind((host, port))
        sock.listen()  # connections wait until the server runs
    except (OSError, OverflowError) as error:
        sock.close()
        raise UserError(
            f"cannot listen on {host}:{port} ({reason_of(error)}): choose another address or port."
        ) from error
    return sock
