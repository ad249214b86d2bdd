"""A program that is started as a model's server is, and behaves as it is told to.

    python pretend_server.py PIDS MODE serve CHECKPOINT --host H --port P ...

It writes the ids of its own process and of its children to PIDS, one a line, with the name of a
segment of shared memory. Modes: "good"; "stubborn" does not heed SIGTERM, and has a child in a
session of its own; "slow" answers 503 to the first three questions; "refuses" answers 400; "dies"
prints what MODE says after a colon and ends with code 1; "silent" never answers.
"""

import json
import os
import signal
import subprocess
import sys
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from multiprocessing.shared_memory import SharedMemory
from pathlib import Path

from tests.support.endpoint import completion

SLEEPER = (
    "import signal, time\n"
    "signal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
    "print('up', flush=True)\n"
    "time.sleep(120)"
)


def main(pids, mode, *arguments):
    mode, _, said = mode.partition(":")
    if mode == "dies":
        print(f"loading\n{said}", flush=True)
        sys.exit(1)
    lines = [str(os.getpid())]
    if mode == "stubborn":
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        child = subprocess.Popen(
            [sys.executable, "-c", SLEEPER], start_new_session=True, stdout=subprocess.PIPE
        )
        child.stdout.readline()
        lines.append(str(child.pid))
    memory = SharedMemory(create=True, size=4096)
    Path(pids).write_text("\n".join([*lines, memory.name]))
    port = int(arguments[arguments.index("--port") + 1])
    if mode == "silent":
        time.sleep(120)
    serve(mode, port)


def serve(mode, port):
    asked = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            asked.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            status = (
                503 if mode == "slow" and len(asked) <= 3 else 400 if mode == "refuses" else 200
            )
            payload = json.dumps(completion(f"None. {len(asked)}")).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(payload)))
            self.end_headers()
            self.wfile.write(payload)

    ThreadingHTTPServer(("127.0.0.1", port), Handler).serve_forever()


if __name__ == "__main__":
    main(*sys.argv[1:])
