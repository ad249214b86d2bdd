"""What versions of vLLM do with the times of frames that are sent as a video.

Before 0.20 a request had no field for the times of single frames: 0.18 and earlier answer with an
error, and 0.19 assumes one frame a second without saying so (vllm-project/vllm#37301, #40133).
From 0.31 on a server takes such fields only if it was started with `--trust-request-mm-kwargs`.
"""

import asyncio
import re
import subprocess
from concurrent.futures import ThreadPoolExecutor
from functools import cache

import httpx2

from touchline.errors import UserError
from touchline.models.card_types.openai import OpenAICard
from touchline.models.endpoint.connections import EndpointTransport
from touchline.text import shorten

_TIMES_SINCE = (0, 20)
_ASKS_FOR_TRUST_SINCE = (0, 31)
_ASKED_S = 300.0
"""How long `vllm --version` may take: it imports torch, from a cold disk at first."""

_ANSWERED_S = 30.0
_VERSION = re.compile(r"(?<![\d.])(\d+)\.(\d+)[.\w+-]*")


def trust_arguments(program: str, model: str) -> tuple[str, ...]:
    """Arguments with which a vLLM server takes the times of frames.

    Args:
        program: vLLM's command.
        model: name of the card.

    Raises:
        UserError: this version has no field for times, or does not say which it is.
    """
    version = _checked(_said_by(program), f"the program '{program}'", model)
    return ("--trust-request-mm-kwargs",) if version >= _ASKS_FOR_TRUST_SINCE else ()


def check_endpoint(card: OpenAICard) -> None:
    """Checks that the vLLM server of a card keeps the times of frames in a video.

    Args:
        card: the model.

    Raises:
        UserError: it does not, or does not say which version it is.
    """
    root = card.base_url.rstrip("/").removesuffix("/v1")
    try:
        with ThreadPoolExecutor(1) as thread:  # in a notebook, this thread has a loop already
            said = thread.submit(asyncio.run, _asked(f"{root}/version")).result()
    except (httpx2.HTTPError, TimeoutError) as error:
        raise UserError(
            f"{root}/version for model '{card.name}' cannot be reached "
            f"({shorten(error, 200) or 'no answer in time'}): is the server up, and is base_url "
            "right?"
        ) from error
    except (ValueError, KeyError, TypeError, RecursionError):
        said = ""
    _checked(str(said), f"the server at {root}/version", card.name)


async def _asked(address: str) -> object:
    """What a server says of its version; empty where it has no such page.

    Raises:
        TimeoutError: it takes too long.
    """
    async with (
        asyncio.timeout(_ANSWERED_S),
        httpx2.AsyncClient(
            transport=EndpointTransport(address), timeout=_ANSWERED_S, trust_env=False
        ) as client,
    ):
        answer = await client.get(address)
    return answer.json()["version"] if answer.status_code == httpx2.codes.OK else ""


@cache
def _said_by(program: str) -> str:
    """The last line of what `vllm --version` prints; empty where it does not end well."""
    try:
        said = subprocess.run(  # noqa: S603  (a program that the card names, no shell)
            [program, "--version"], capture_output=True, text=True, timeout=_ASKED_S, check=False
        ).stdout
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return said.strip().rpartition("\n")[2]


def _checked(said: str, who: str, model: str) -> tuple[int, int]:
    """The first two numbers of a version that keeps times."""
    found = _VERSION.search(said)
    if found is None:
        raise UserError(
            f"model '{model}': {who} does not say which vLLM it is, so frames as a video might "
            "lose their times: write 'frames_as: images' in the card."
        )
    version = int(found[1]), int(found[2])
    if version < _TIMES_SINCE:
        raise UserError(
            f"model '{model}': {who} is vLLM {shorten(found[0], 40)}, and frames as a video keep "
            "their times only from vLLM 0.20 on: update it, or write 'frames_as: images' in the "
            "card."
        )
    return version
