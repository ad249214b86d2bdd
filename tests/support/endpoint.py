"""A real HTTP endpoint on loopback that speaks chat completions, and misbehaves on request."""

import json
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


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


class Endpoint:
    """Serves while its `with` block lasts; `answer` gives (status, body, headers) of a request."""

    def __init__(self, answer: Callable[[dict], tuple[int, object, dict]]):
        self.bodies: list[dict] = []
        self.most_in_flight = 0
        self._in_flight = 0
        lock = threading.Lock()
        endpoint = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                with lock:
                    endpoint.bodies.append(body)
                    endpoint._in_flight += 1
                    endpoint.most_in_flight = max(endpoint.most_in_flight, endpoint._in_flight)
                status, answer_body, headers = answer(body)
                with lock:
                    endpoint._in_flight -= 1
                payload = json.dumps(answer_body).encode()
                self.send_response(status)
                for name, value in {"Content-Type": "application/json", **headers}.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(payload)))
                try:
                    self.end_headers()
                    self.wfile.write(payload)
                except ConnectionError:  # the client was killed: nobody waits for this answer
                    self.close_connection = True

            def log_message(self, *args):
                return

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.base_url = f"http://127.0.0.1:{self._server.server_port}/v1"

    def __enter__(self):
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *args):
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(timeout=5)
