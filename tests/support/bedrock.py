"""A loopback imitation of Amazon Bedrock's Converse."""

import json
from urllib.parse import unquote

from tests.support.loopback import Handler, LoopbackServer


class FakeBedrock(LoopbackServer):
    """Serves while its `with` block lasts.

    Args:
        answers: (status, type of error, body), one a call; then `rest` for every other.
    """

    def __init__(self, *answers):
        self.asked, self.paths, waiting = [], [], list(answers)
        self.rest = (200, None, said("None."))
        fake = self

        class Converse(Handler):
            def do_POST(self):
                data = self.rfile.read(int(self.headers["Content-Length"]))
                fake.asked.append(json.loads(data))
                fake.paths.append(unquote(self.path))
                status, kind, body = waiting.pop(0) if waiting else fake.rest
                self.answer(status, body, {"x-amzn-ErrorType": kind} if kind else {})

        self.url = self.listen(Converse)


def said(text, reason="end_turn"):
    message = {"role": "assistant", "content": [{"text": text}]}
    usage = {"inputTokens": 70, "outputTokens": 3, "totalTokens": 73}
    answer = {"output": {"message": message}, "stopReason": reason, "usage": usage}
    return {**answer, "metrics": {"latencyMs": 5}}
