"""OpenAI's files, batches and chat completions on loopback; batches end when a test says so."""

import json
import threading
import time
from email import message_from_bytes
from itertools import count

from tests.support.endpoint import completion
from tests.support.loopback import Handler, LoopbackServer


class BatchEndpoint(LoopbackServer):
    """Serves while its `with` block lasts.

    Attributes:
        files: content of each file by id.
        batches: what each batch says of itself, by id, in the order of their making.
        asked: questions that came one by one.
        before_answer: called after a batch was made and before the client hears of it.
    """

    def __init__(self):
        self.files, self.batches, self.asked = {}, {}, []
        self.before_answer = lambda: None
        self._numbers, self._lock = count(1), threading.Lock()
        endpoint = self

        class Batches(Handler):
            def do_GET(self):
                self.answer(*endpoint._get(self.path.split("?")[0].removeprefix("/v1/")))

            def do_DELETE(self):
                endpoint.files.pop(self.path.removeprefix("/v1/files/"))
                self.answer(200, {"id": "f", "object": "file", "deleted": True})

            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                kind = self.headers["Content-Type"]
                self.answer(*endpoint._post(self.path.removeprefix("/v1/"), body, kind))

        self.base_url = f"{self.listen(Batches)}/v1"

    def requests(self, batch):
        """Custom id and body of each request of a batch."""
        lines = self.files[self.batches[batch]["input_file_id"]].splitlines()
        values = [json.loads(line) for line in lines]
        assert {(one["method"], one["url"]) for one in values} == {("POST", "/v1/chat/completions")}
        return {one["custom_id"]: one["body"] for one in values}

    def finish(self, batch, status="completed", failing=lambda number: None):
        """Ends a batch; `failing(number)` gives the line of a request that is not answered, an
        empty one where it is left out.
        """
        answered, failed = [], []
        for number, key in enumerate(self.requests(batch)):
            line = failing(number)
            if line is None:
                response = {"status_code": 200, "body": completion(f"None. {number}")}
                answered.append({"custom_id": key, "response": response, "error": None})
            elif line:
                failed.append({"custom_id": key, **line})
        self.batches[batch] |= {
            "status": status,
            "output_file_id": self._keep(answered) if answered else None,
            "error_file_id": self._keep(failed) if failed else None,
        }

    def refuse(self, batch, code, message):
        """Ends a batch without a single request asked."""
        data = [{"code": code, "message": message, "line": None, "param": None}]
        errors = {"object": "list", "data": data}
        self.batches[batch] |= {"status": "failed", "errors": errors}

    def _keep(self, lines):
        return self._store("\n".join(map(json.dumps, lines)).encode())

    def _store(self, content):
        with self._lock:
            name = f"file-{next(self._numbers)}"
            self.files[name] = content
        return name

    def _get(self, path):
        if path == "batches":
            data = list(reversed(self.batches.values()))
            return 200, {"object": "list", "data": data, "has_more": False}
        kind, name, *_ = path.split("/")
        if kind == "files":
            return 200, self.files[name]
        return 200, self.batches[name]

    def _post(self, path, body, kind):
        if path == "files":
            parts = message_from_bytes(b"Content-Type: " + kind.encode() + b"\r\n\r\n" + body)
            (content,) = (
                part.get_payload(decode=True) for part in parts.get_payload() if part.get_filename()
            )
            facts = {"object": "file", "bytes": len(content), "created_at": 0, "purpose": "batch"}
            return 200, {
                "id": self._store(content),
                "filename": "f",
                "status": "processed",
                **facts,
            }
        values = json.loads(body)
        if path == "chat/completions":
            self.asked.append(values)
            return 200, completion("None. live")
        with self._lock:
            name = f"batch-{next(self._numbers)}"
            times = {"created_at": int(time.time()), "completion_window": "24h"}
            self.batches[name] = values | {
                "id": name,
                "object": "batch",
                "status": "in_progress",
                "errors": None,
                **times,
                "output_file_id": None,
                "error_file_id": None,
                "request_counts": {"total": 9, "completed": 0, "failed": 0},
            }
        self.before_answer()
        return 200, self.batches[name]
