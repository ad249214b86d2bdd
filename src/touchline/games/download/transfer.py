"""One file from one address: goes on where it stopped, and is there whole or not at all."""

from collections.abc import Callable
from pathlib import Path

import httpx2
from tenacity import Retrying, retry_if_exception_type, stop_after_attempt, wait_exponential_jitter

from touchline.progress import NamedProgress

_PARTIAL, _BAD_RANGE = 206, 416
_TRIES = 4

Room = Callable[[int], None]
"""Told how many bytes are to come; raises where there is no room for them."""


class HostError(Exception):
    """The host did not give a file.

    Attributes:
        status: of its answer; None where there was none.
    """

    def __init__(self, status: int | None, message: str) -> None:
        super().__init__(message)
        self.status = status


def fetch(
    url: str, target: Path, credentials: tuple[str, str] | None, room: Room, advance: NamedProgress
) -> None:
    """Fetches a file; a part left by an earlier try is completed, not fetched again.

    A connection that breaks is taken up again a few times.

    Args:
        url: where it is.
        target: where it goes; beside it lies `<name>.part` until all of it is there.
        credentials: user and password, or None.
        room: asked before the first byte is written.
        advance: told of progress.

    Raises:
        HostError: with the status of the answer, or None where the host does not answer.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_name(f"{target.name}.part")
    patiently = Retrying(
        retry=retry_if_exception_type(httpx2.TransportError),
        stop=stop_after_attempt(_TRIES),
        wait=wait_exponential_jitter(initial=0.5, max=10),
        reraise=True,
    )
    try:
        patiently(_complete, url, part, credentials, room, advance)
    except httpx2.HTTPStatusError as error:
        raise HostError(error.response.status_code, _host(url)) from error
    except (httpx2.TransportError, httpx2.InvalidURL) as error:
        raise HostError(None, f"{_host(url)} ({error})") from error
    part.replace(target)


def _complete(
    url: str, part: Path, credentials: tuple[str, str] | None, room: Room, advance: NamedProgress
) -> None:
    have = part.stat().st_size if part.is_file() else 0
    headers = {"Accept-Encoding": "identity"} | ({"Range": f"bytes={have}-"} if have else {})
    with httpx2.stream(
        "GET", url, headers=headers, auth=credentials, timeout=30, follow_redirects=True
    ) as answer:
        if answer.status_code == _BAD_RANGE:  # what is there is not the beginning of this file
            part.unlink()
            raise httpx2.ReadError("the part that was there is of another file")
        answer.raise_for_status()
        if answer.status_code != _PARTIAL:
            have = 0
        coming = int(answer.headers.get("Content-Length", 0))
        room(coming)
        with part.open("ab" if have else "wb") as file:
            for chunk in answer.iter_raw():
                file.write(chunk)
                advance(f"{part.parent.name}/{part.stem}", file.tell(), have + coming)
            written = file.tell()
    if coming and written != have + coming:
        raise httpx2.ReadError(f"{written} of {have + coming} bytes came")


def _host(url: str) -> str:
    return str(httpx2.URL(url).host)
