"""A loopback imitation of Anthropic's messages and message batches."""

import json
from datetime import UTC, datetime

from tests.support.loopback import Handler, LoopbackServer


class FakeAnthropic(LoopbackServer):
    """Serves while its `with` block lasts.

    Args:
        answers: (status, body), one a call; then `rest` for every other.

    Attributes:
        asked: bodies of messages.
        headers: of each call.
        batches: what each batch says of itself, by id; `results` has its lines.
    """

    def __init__(self, *answers):
        self.asked, self.headers, self.batches, self.requests, self.results = [], [], {}, {}, {}
        self.deleted = []
        self.rest = (200, said("None."))
        waiting, fake = list(answers), self

        class Messages(Handler):
            def do_POST(self):
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                fake.headers.append(dict(self.headers))
                if self.path == "/v1/messages/batches":
                    self.answer(200, fake._make(body["requests"]))
                    return
                assert self.path == "/v1/messages"
                fake.asked.append(body)
                status, answer = waiting.pop(0) if waiting else fake.rest
                self.answer(status, answer, {"retry-after-ms": "5"} if status == 529 else {})

            def do_GET(self):
                _, _, _, _, *rest = self.path.split("?")[0].split("/")
                if not rest:
                    known = list(reversed(fake.batches.values()))
                    self.answer(200, {"data": known, "has_more": False})
                elif len(rest) == 2:
                    lines = "\n".join(map(json.dumps, fake.results[rest[0]])).encode()
                    self.answer(200, lines, {"Content-Type": "application/x-jsonl"})
                else:
                    self.answer(200, fake.batches[rest[0]])

            def do_DELETE(self):
                name = self.path.rsplit("/", 1)[1]
                del fake.batches[name]
                fake.deleted.append(name)
                self.answer(200, {"id": name, "type": "message_batch_deleted"})

        self.url = self.listen(Messages)

    def finish(self, name, failing=()):
        """Ends a batch; the requests with the given numbers failed."""
        refused = {"type": "error", "error": {"type": "invalid_request_error", "message": "large"}}
        self.results[name] = [
            {
                "custom_id": one["custom_id"],
                "result": {"type": "errored", "error": refused}
                if number in failing
                else {"type": "succeeded", "message": said(f"None. {number}")},
            }
            for number, one in enumerate(self.requests[name])
        ]
        self.batches[name]["processing_status"] = "ended"

    def _make(self, requests):
        name = f"msgbatch_{len(self.requests)}"
        assert all(len(one["custom_id"]) <= 64 for one in requests)
        now = datetime.now(UTC).isoformat()
        counts = {"processing": 9, "succeeded": 0, "errored": 0, "canceled": 0, "expired": 0}
        self.requests[name] = requests
        self.batches[name] = {
            "id": name,
            "type": "message_batch",
            "processing_status": "in_progress",
            "request_counts": counts,
            "created_at": now,
            "expires_at": now,
        }
        return self.batches[name]


def said(text, reason="end_turn", *before, **usage):
    """The body of a message."""
    counts = {"input_tokens": 700, "output_tokens": 5, "service_tier": "standard"}
    return {
        "id": "msg_1",
        "type": "message",
        "role": "assistant",
        "model": "claude-haiku-4-5-20251001",
        "content": [*before, *([{"type": "text", "text": text}] if text else [])],
        "stop_reason": reason,
        "usage": counts | usage,
    }


def refused(kind, message):
    """The body of an error."""
    return {"type": "error", "error": {"type": kind, "message": message}, "request_id": "req_1"}
