"""A loopback server that answers as the Hugging Face hub does, as far as fetching a model goes."""

import hashlib
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

COMMIT = "0123456789abcdef0123456789abcdef01234567"
REPOSITORY = "someone/tiny"
TOKEN = "hf_right"


class FakeHub:
    """Serves one repository; `with FakeHub(files) as hub: hub.endpoint`.

    Args:
        files: content by name.
        refuses: status, and the hub's error headers, for every request; None answers.
        breaks_off: name of a file whose first download stops in the middle.
        stalls: name of a file whose download stops in the middle and never goes on.
        gated: only a request with `TOKEN` gets files.
    """

    def __init__(self, files, refuses=None, breaks_off=None, stalls=None, gated=False):
        self.files, self.refuses, self.gated = files, refuses, gated
        self.breaks_off, self.stalls = breaks_off, stalls
        self.stalled, self.goes_on = threading.Event(), threading.Event()
        self.fetched = []
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        self.endpoint = f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self):
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.goes_on.set()
        self._server.shutdown()
        self._server.server_close()

    def answer(self, path, authorization):
        """Status, headers and body of a request."""
        if self.refuses is not None:
            return *self.refuses, b"{}"
        if path == "/api/whoami-v2":
            knows = authorization == f"Bearer {TOKEN}"
            return (200, {}, b'{"name": "someone"}') if knows else (401, {}, b"{}")
        found = {
            f"/api/models/{REPOSITORY}": self._info,
            f"/api/models/{REPOSITORY}/revision/main": self._info,
            f"/api/models/{REPOSITORY}/tree/{COMMIT}": self._tree,
        }
        if path in found:
            return 200, {}, json.dumps(found[path]()).encode()
        name = path.removeprefix(f"/{REPOSITORY}/resolve/{COMMIT}/")
        if name not in self.files:
            return 404, {"X-Error-Code": "RepoNotFound"}, b"{}"
        if self.gated and authorization != f"Bearer {TOKEN}":
            return 403, {"X-Error-Code": "GatedRepo"}, b"{}"
        return self._file(name)

    def _file(self, name):
        content = self.files[name]
        headers = {"X-Repo-Commit": COMMIT, "ETag": f'"{_blob(content)}"'}
        return 200, headers, content

    def _info(self):
        siblings = [
            {"rfilename": name, "size": len(content), "blobId": _blob(content)}
            for name, content in self.files.items()
        ]
        return {"id": REPOSITORY, "sha": COMMIT, "siblings": siblings, "private": False}

    def _tree(self):
        return [
            {"type": "file", "path": name, "size": len(content), "oid": _blob(content)}
            for name, content in self.files.items()
        ]

    def _handler(self):
        hub = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_HEAD(self):
                self._send(with_body=False)

            def do_GET(self):
                self._send(with_body=True)

            def _send(self, with_body):
                path = urlsplit(self.path).path
                status, headers, body = hub.answer(path, self.headers.get("Authorization"))
                start = int((self.headers.get("Range") or "bytes=0-")[6:].rstrip("-"))
                if start and status == 200:
                    status = 206
                    headers["Content-Range"] = f"bytes {start}-{len(body) - 1}/{len(body)}"
                    body = body[start:]
                self.send_response(status)
                for word, value in headers.items():
                    self.send_header(word, value)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                if with_body:
                    self._write(path.rpartition("/")[2], start, body, "/resolve/" in path)

            def _write(self, name, start, body, is_file):
                if is_file:
                    hub.fetched.append((name, start))
                if is_file and name in (hub.breaks_off, hub.stalls):
                    self.wfile.write(body[: len(body) // 2])
                    self.close_connection = True
                    if name == hub.stalls:
                        hub.stalled.set()
                        hub.goes_on.wait(timeout=30)
                    hub.breaks_off = None
                    return
                self.wfile.write(body)

            def log_message(self, *_):
                """Says nothing."""

        return Handler


def _blob(content):
    return hashlib.sha1(b"blob %d\0" % len(content) + content).hexdigest()
