"""An imitation of Ollama's `POST /api/chat`, in the forms of its source and documentation.

It has a model of one name, costs 256 tokens an image as Gemma 3 does, and a context: what the
request's `num_ctx` says, else 4,096. A longer prompt is refused where `truncate` is false; a
version before 0.12.6 does not know that field and cuts the prompt.
"""

import base64
import json

from tests.support.loopback import Handler, LoopbackServer

DEFAULT_CONTEXT = 4096
IMAGE_TOKENS = 256


class Ollama(LoopbackServer):
    """Serves while its `with` block lasts; `answer` may change the body of a good response."""

    def __init__(self, model="gemma3:4b", knows_truncate=True, answer=lambda body, asked: body):
        self.bodies, self.paths, self.keys = [], [], []
        ollama = self

        class Chat(Handler):
            def do_POST(self):
                asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                ollama.bodies.append(asked)
                ollama.paths.append(self.path)
                ollama.keys.append(self.headers["Authorization"])
                self.answer(*ollama.respond(asked))

        self.model, self.knows_truncate, self.change = model, knows_truncate, answer
        self.base_url = self.listen(Chat)

    def respond(self, asked):
        if asked["model"] != self.model:
            return 404, {"error": f"model '{asked['model']}' not found"}
        images = [image for one in asked["messages"] for image in one.get("images", ())]
        for image in images:
            if image.startswith("data:"):
                return 400, {"error": "illegal base64 data at input byte 4"}
            base64.b64decode(image, validate=True)
        letters = sum(len(one["content"]) for one in asked["messages"])
        tokens = letters // 4 + IMAGE_TOKENS * len(images)
        context = asked.get("options", {}).get("num_ctx", DEFAULT_CONTEXT)
        if tokens >= context:
            if self.knows_truncate and asked.get("truncate") is False:
                return 400, {"error": "the input length exceeds the context length"}
            tokens = context // 2 + 2
        body = {
            "model": asked["model"],
            "created_at": "2026-11-27T12:00:00.123456789Z",
            "message": {"role": "assistant", "content": "None."},
            "done": True,
            "done_reason": "stop",
            "total_duration": 1,
            "load_duration": 1,
            "prompt_eval_count": tokens,
            "prompt_eval_duration": 1,
            "eval_count": 3,
            "eval_duration": 1,
        }
        return 200, self.change(body, asked)
