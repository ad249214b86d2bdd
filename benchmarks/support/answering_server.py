"""A server in a process of its own that answers every question with the same words and counts.

Any POST is answered as an OpenAI-compatible chat completion after a delay; GET /count says how many
were answered, how many of them were different, and when the first and the last came in.
"""

import json
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple

SERVER = """
import asyncio, hashlib, json, pathlib, sys, time
DELAY_S, BODIES = float(sys.argv[1]), sys.argv[2]
ANSWER = json.dumps({
    "id": "c", "object": "chat.completion", "created": 0, "model": "m",
    "choices": [{"index": 0, "finish_reason": "stop",
                 "message": {"role": "assistant", "content": "None."}}],
    "usage": {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2}}).encode()
HEAD = b"HTTP/1.1 200 OK\\r\\nContent-Type: application/json\\r\\nContent-Length: %d\\r\\n\\r\\n"
times, seen = [], set()
def content_length(head):
    for line in head.lower().split(b"\\r\\n"):
        if line.startswith(b"content-length:"):
            return int(line.split(b":")[1])
    return 0
async def answer(reader, writer):
    head = await reader.readuntil(b"\\r\\n\\r\\n")
    body = await reader.readexactly(content_length(head))
    if head.startswith(b"GET /count "):
        said = {"answered": len(times), "different": len(seen)}
        if times:
            said |= {"first_s": min(times), "last_s": max(times)}
        text = json.dumps(said).encode()
    else:
        asked_s = time.time()
        await asyncio.sleep(DELAY_S)
        seen.add(hashlib.sha256(body).hexdigest())
        times.append(asked_s)
        if BODIES:
            (pathlib.Path(BODIES) / f"{len(times):04d}.json").write_bytes(body)
        text = ANSWER
    writer.write(HEAD % len(text) + text)
    await writer.drain()
async def serve(reader, writer):
    try:
        while True:
            await answer(reader, writer)
    except (asyncio.IncompleteReadError, ConnectionError):
        writer.close()
async def main():
    server = await asyncio.start_server(serve, "127.0.0.1", 0, limit=1 << 24, backlog=512)
    print(server.sockets[0].getsockname()[1], flush=True)
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)
asyncio.run(main())
"""


class Count(NamedTuple):
    """What a server has answered; the times are of the clock on the wall, in seconds."""

    answered: int
    different: int
    first_s: float | None = None
    last_s: float | None = None


@contextmanager
def answering_server(delay_s: float, bodies: str = "") -> Iterator[str]:
    """The address of a server; it ends with its standard input.

    Args:
        delay_s: before every answer.
        bodies: a folder in which every question is kept as a file, if given.
    """
    command = [sys.executable, "-c", SERVER, str(delay_s), bodies]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        yield f"http://127.0.0.1:{int(process.stdout.readline())}/v1"
        process.stdin.close()


def count(base_url: str) -> Count:
    """What the server at that address has answered so far."""
    with urllib.request.urlopen(f"{base_url.removesuffix('/v1')}/count") as said:
        return Count(**json.load(said))
