"""A chat-completions server on loopback that misbehaves at set rates, in a process of its own.

Every request that arrives is logged before it is answered, so that a test can count what a client
sent from the server's side. The answer echoes which chunk was asked about, so that one that reaches
the wrong window is seen. The server ends when its standard input closes, so it never outlives the
test, however that ends.
"""

import argparse
import asyncio
import json
import random
import re
import subprocess
import sys
import time
from contextlib import contextmanager, suppress
from pathlib import Path

FAULTS = {
    "429 with Retry-After": 2,
    "429": 2,
    "500": 3,
    "502 with HTML": 2,
    "error in a 200": 2,
    "cut short": 2,
    "hang": 1,
    "slow drip": 1,
    "wrong content type": 2,
    "empty choices": 2,
    "refusal": 1,
    "length": 1,
    "duplicate": 2,
    "reset": 2,
}
"""How often each kind of fault comes, relative to the others."""

ANSWERED = {"good", "refusal", "length", "duplicate", "wrong content type"}
"""What a client can read an answer from."""

_CHUNK = re.compile(r"chunk (\d+)/(\d+)")


def completion(text, number, finish="stop", refusal=None):
    message = {"role": "assistant", "content": text, "refusal": refusal}
    return {
        "id": f"chatcmpl-{number}",
        "object": "chat.completion",
        "created": 1,
        "model": "m",
        "choices": [{"index": 0, "finish_reason": finish, "message": message}],
        "usage": {"prompt_tokens": 7, "completion_tokens": 3, "total_tokens": 10, "cost": 0.001},
    }


def http(status, body, content_type="application/json", **headers):
    payload = body if isinstance(body, bytes) else json.dumps(body).encode()
    lines = [f"HTTP/1.1 {status} X", f"Content-Type: {content_type}"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    head = "\r\n".join([*lines, f"Content-Length: {len(payload)}", "", ""])
    return head.encode() + payload


def plain_answers(number, chunk):
    """Faults that are one whole response each."""
    good = completion(f"None. ({chunk})", number)
    error = {"error": {"message": "not now", "code": 502}}
    return {
        "good": http(200, good),
        "429 with Retry-After": http(429, error, retry_after="0.2"),
        "429": http(429, error),
        "500": http(500, {"error": "boom"}),
        "502 with HTML": http(502, b"<html>Bad Gateway</html>", "text/html"),
        "error in a 200": http(200, error),
        "wrong content type": http(200, good, "text/html"),
        "empty choices": http(200, {**good, "choices": []}),
        "refusal": http(200, completion(None, number, refusal=f"I cannot. ({chunk})")),
        "length": http(200, completion(f"None. ({chunk})", number, finish="length")),
        "duplicate": http(200, good) * 2,
    }


class Server:
    def __init__(self, arguments, log):
        self.latency_s, self.rate = arguments.latency_s, arguments.rate
        self.hang_s = arguments.hang_s
        self.log = log
        self.chance = random.Random(arguments.seed)
        self.only = arguments.only
        self.number = 0

    def next_kind(self):
        if self.chance.random() >= self.rate:
            return "good"
        if self.only:
            return self.only
        return self.chance.choices(list(FAULTS), list(FAULTS.values()))[0]

    async def serve(self, reader, writer):
        with suppress(ConnectionError, asyncio.IncompleteReadError):
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                arrived = time.time()
                length = re.search(rb"content-length: *(\d+)", head, re.IGNORECASE)
                body = await reader.readexactly(int(length[1]))
                self.number += 1
                number, kind = self.number, self.next_kind()
                found = _CHUNK.search(body.decode())
                chunk = found[0] if found else "chunk ?"
                self.write(number=number, at=arrived, kind=kind, chunk=chunk)
                await asyncio.sleep(self.latency_s)
                goes_on = await self.answer(writer, kind, number, chunk)
                self.write(number=number, done=time.time())
                if not goes_on:
                    break
        writer.close()

    def write(self, **record):
        self.log.write(json.dumps(record) + "\n")

    async def answer(self, writer, kind, number, chunk):
        """Sends the answer; whether the connection goes on after it."""
        answers = plain_answers(number, chunk)
        if kind in answers:
            writer.write(answers[kind])
            await writer.drain()
            return True
        if kind == "hang":
            await asyncio.sleep(self.hang_s)
        elif kind == "slow drip":
            for byte in answers["good"]:
                writer.write(bytes([byte]))
                await writer.drain()
                await asyncio.sleep(self.hang_s / 20)
        elif kind == "cut short":
            writer.write(answers["good"][:-20])
            await writer.drain()
        elif kind == "reset":
            writer.transport.abort()
        return False


async def main():
    options = argparse.ArgumentParser()
    options.add_argument("--log")
    options.add_argument("--rate", type=float)
    options.add_argument("--latency-s", type=float)
    options.add_argument("--hang-s", type=float)
    options.add_argument("--seed", type=int)
    options.add_argument("--only")
    arguments = options.parse_args()
    with Path(arguments.log).open("a", buffering=1) as log:
        server = Server(arguments, log)
        listening = await asyncio.start_server(server.serve, "127.0.0.1", 0, limit=2**22)
        print(listening.sockets[0].getsockname()[1], flush=True)
        await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)


@contextmanager
def misbehaving(log, rate=0.2, latency_s=0.0, hang_s=2.0, seed=1, only=None):
    """Serves while the block lasts; gives the base URL."""
    command = [sys.executable, __file__, "--log", str(log), "--rate", str(rate)]
    command += ["--latency-s", str(latency_s), "--hang-s", str(hang_s), "--seed", str(seed)]
    command += ["--only", only] if only else []
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        yield f"http://127.0.0.1:{int(process.stdout.readline())}/v1"
    finally:
        process.kill()
        process.communicate()


def arrivals(log):
    """What arrived: number, time, kind and chunk, in order."""
    records = map(json.loads, Path(log).read_text().splitlines())
    return [record for record in records if "at" in record]


if __name__ == "__main__":
    asyncio.run(main())
