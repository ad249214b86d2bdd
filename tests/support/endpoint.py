"""A real HTTP endpoint on loopback that speaks chat completions, and misbehaves on request."""

import json
import threading
from collections.abc import Callable

from tests.support.loopback import Handler, LoopbackServer


def completion(text, finish="stop"):
    """The body of a good answer."""
    message = {"role": "assistant", "content": text}
    return {
        "id": "c",
        "object": "chat.completion",
        "created": 0,
        "model": "m",
        "choices": [{"index": 0, "finish_reason": finish, "message": message}],
        "usage": {"prompt_tokens": 7, "completion_tokens": 3, "total_tokens": 10},
    }


class Endpoint(LoopbackServer):
    """Serves while its `with` block lasts; `answer` gives (status, body, headers) of a request."""

    def __init__(self, answer: Callable[[dict], tuple[int, object, dict]]):
        self.bodies: list[dict] = []
        self.paths: list[str] = []
        self.pages: dict[str, object] = {}
        self.most_in_flight = 0
        self._in_flight = 0
        lock = threading.Lock()
        endpoint = self

        class Completions(Handler):
            def do_POST(self):
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                with lock:
                    endpoint.bodies.append(body)
                    endpoint.paths.append(self.path)
                    endpoint._in_flight += 1
                    endpoint.most_in_flight = max(endpoint.most_in_flight, endpoint._in_flight)
                status, answer_body, headers = answer(body)
                with lock:
                    endpoint._in_flight -= 1
                self.answer(status, answer_body, headers)

            def do_GET(self):
                page = endpoint.pages.get(self.path)
                self.answer(404 if page is None else 200, page or {"error": "no such page"})

        self.base_url = f"{self.listen(Completions)}/v1"
