"""Downloading one file: resumed where it stopped, and there whole or not at all."""

import os
import random
import time
from collections.abc import Callable
from pathlib import Path

import httpx2

from touchline.bounded_http import Bound
from touchline.files import make_folder, sync_folder
from touchline.progress import NamedProgress

_PARTIAL, _BAD_RANGE = 206, 416
_TRIES = 4
_FIRST_WAIT_S = 0.5

_MOST_BYTES = 20_000_000_000
"""Of a file whose host does not say how large it is: a match in full quality has 5 GB."""

_SLOWEST_BYTES_S = 10_000
_LEAST_S = 3600.0

Room = Callable[[int], None]
"""Called with the number of bytes to come; raises where there is no space for them."""


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

    A connection that breaks is resumed a few times.

    Args:
        url: where it is.
        target: where it goes; beside it lies `<name>.part` until all of it is there.
        credentials: user and password, or None.
        room: called before the first byte is written.
        advance: called with the progress.

    Raises:
        HostError: with the status of the answer, or None where the host does not answer.
    """
    make_folder(target.parent)
    part = target.with_name(f"{target.name}.part")
    try:
        _complete_with_retries(url, part, credentials, room, advance)
    except httpx2.HTTPStatusError as error:
        raise HostError(error.response.status_code, _host(url)) from error
    except (httpx2.TransportError, httpx2.InvalidURL) as error:
        raise HostError(None, f"{_host(url)} ({error})") from error
    part.replace(target)
    sync_folder(target.parent)


def _complete_with_retries(
    url: str, part: Path, credentials: tuple[str, str] | None, room: Room, advance: NamedProgress
) -> None:
    for attempt in range(_TRIES - 1):
        try:
            _complete(url, part, credentials, room, advance)
        except httpx2.TransportError:
            # Jitter: transfers that one host dropped together must not return in step.
            time.sleep(_FIRST_WAIT_S * 2**attempt + random.random())  # noqa: S311
        else:
            return
    _complete(url, part, credentials, room, advance)


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
        coming = _announced(answer)
        room(coming)
        most = coming or _MOST_BYTES
        bound = Bound(most, max(_LEAST_S, most / _SLOWEST_BYTES_S))
        with part.open("ab" if have else "wb") as file:
            for chunk in answer.iter_raw():
                file.write(bound.came(chunk))
                advance(f"{part.parent.name}/{part.stem}", file.tell(), have + coming)
            written = file.tell()
            file.flush()
            os.fsync(file.fileno())
    if coming and written != have + coming:
        raise httpx2.ReadError(f"{written} of {have + coming} bytes came")


def _announced(answer: httpx2.Response) -> int:
    """The bytes to come; 0 where the host does not say."""
    said = answer.headers.get("Content-Length", "")
    return int(said) if said.isascii() and said.isdigit() else 0


def _host(url: str) -> str:
    return str(httpx2.URL(url).host)
