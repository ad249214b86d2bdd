"""A program that speaks to touchline as a worker does, and misbehaves as it is told to.

    python pretend_worker.py FOLDER MODE ...

It needs the standard library only. It writes the ids of its own process and of its children to
FOLDER/pids, one a line, and a line to FOLDER/asked for each question. A mode is what it does with
the second question of all; "stubborn" ignores SIGTERM and has a child in a session of its own.
"""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

SLEEPER = (
    "import signal, time\n"
    "signal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
    "print('up', flush=True)\n"
    "time.sleep(120)"
)
READY = {"versions": {"python": "3.9.1"}, "frames": {"at_most": 8}, "settings": ["max_new_tokens"]}


def say(kind, fields):
    print(json.dumps({kind: fields}), flush=True)


def reply(ask, times=1, **changes):
    given = len(ask["frames"])
    assert all(Path(file).read_bytes()[:2] == b"\xff\xd8" for file in ask["frames"])
    assert len(ask["times_ms"]) == given
    fields = {"key": ask["key"], "text": "None.", "finish": "stop", "frames_used": given}
    for _ in range(times):
        say("reply", fields | changes)


def misbehave(mode, ask):
    name, _, said = mode.partition(":")
    if name in ("memory", "too_long", "error"):
        say("failure", {"key": ask["key"], "kind": name, "message": said})
    elif name == "reply":
        reply(ask, **json.loads(said))
    elif name == "line":
        print(said, flush=True)
    elif name == "twice":
        reply(ask, times=2)
    elif name == "hang":
        time.sleep(120)
    elif name == "huge":
        sys.stdout.write('{"reply": "' + "x" * (9 << 20))
        sys.stdout.flush()
    elif name == "die":
        print(said, file=sys.stderr, flush=True)
        sys.exit(3)
    elif name == "kill":
        os.kill(os.getpid(), signal.SIGKILL)
    elif name == "noise":
        print("loading shards: 100%\n\n[1, 2]\nnot json", flush=True)
        reply(ask)
    elif name == "close":
        os.close(1)
        time.sleep(120)
    else:
        reply(ask)


def main(folder, mode):
    folder = Path(folder)
    lines = [str(os.getpid())]
    if mode == "stubborn":
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        child = subprocess.Popen(
            [sys.executable, "-c", SLEEPER], start_new_session=True, stdout=subprocess.PIPE
        )
        child.stdout.readline()
        lines.append(str(child.pid))
    with (folder / "pids").open("a") as file:
        file.write("\n".join(lines) + "\n")
    hello = json.loads(sys.stdin.readline())["hello"]
    (folder / "hello").write_text(json.dumps(hello))
    if mode.startswith("start:"):
        print(mode.removeprefix("start:"), file=sys.stderr)
        sys.exit(1)
    if mode.startswith("first:"):
        print(mode.removeprefix("first:"), flush=True)
    say("ready", READY | (json.loads(mode[6:]) if mode.startswith("ready:") else {}))
    for line in sys.stdin:
        ask = json.loads(line)["ask"]
        with (folder / "asked").open("a") as file:
            file.write(json.dumps(ask) + "\n")
        nth = len((folder / "asked").read_text().splitlines())
        misbehave(mode if nth == 2 or mode.endswith("always") else "good", ask)


if __name__ == "__main__":
    main(*sys.argv[1:3])
