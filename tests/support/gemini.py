"""A loopback imitation of Gemini's REST API: resumable uploads, file states, generateContent."""

import json
import re

from tests.support.loopback import Handler, LoopbackServer


def generated(text, finish="STOP", **more):
    """The body of a good answer."""
    candidate = {"content": {"role": "model", "parts": [{"text": text}]}, "finishReason": finish}
    usage = {"promptTokenCount": 900, "candidatesTokenCount": 3, "thoughtsTokenCount": 2}
    return {"candidates": [{**candidate, **more}], "usageMetadata": usage}


def error(code, message, status, *details):
    return {"error": {"code": code, "message": message, "status": status, "details": details}}


class FakeGemini(LoopbackServer):
    """Serves while its `with` block lasts.

    Args:
        answer: gives (status, body) of a generateContent's body.
        polls: how often a file is still PROCESSING before it is ACTIVE.
        state: what it becomes then.
    """

    def __init__(self, answer=lambda body: (200, generated("None.")), polls=2, state="ACTIVE"):
        self.asked, self.uploaded, self.deleted, self.keys = [], [], [], set()
        self.files, self._polls, self._state, self._answer = {}, polls, state, answer
        self.lifetime = "2099-01-01T00:00:00Z"
        fake = self

        class Gemini(Handler):
            def do_POST(self):
                fake.keys.add(self.headers.get("x-goog-api-key"))
                data = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                if self.path.startswith("/upload"):
                    self.answer(200, {}, {"X-Goog-Upload-URL": f"{fake.url}/bytes"})
                elif self.path.startswith("/bytes"):
                    self.answer(
                        200, {"file": fake.new_file(data)}, {"X-Goog-Upload-Status": "final"}
                    )
                else:
                    self.answer(*fake.generate(camel(json.loads(data))))

            def do_GET(self):
                name = re.search(r"files/[\w-]+", self.path)[0]
                self.answer(200, fake.poll(name))

            def do_DELETE(self):
                name = re.search(r"files/[\w-]+", self.path)[0]
                fake.deleted.append(name)
                fake.files.pop(name, None)
                self.answer(200, {})

        self.url = self.listen(Gemini)

    def new_file(self, data):
        name = f"files/f{len(self.uploaded)}"
        self.uploaded.append(data)
        self.files[name] = self._polls
        return self.file(name, "PROCESSING")

    def poll(self, name):
        self.files[name] -= 1
        return self.file(name, "PROCESSING" if self.files[name] > 0 else self._state)

    def file(self, name, state):
        uri = f"{self.url}/v1beta/{name}"
        said = {"name": name, "uri": uri, "mimeType": "video/x-matroska", "state": state}
        failed = {"error": {"code": 3, "message": "unreadable"}} if state == "FAILED" else {}
        return {**said, "expirationTime": self.lifetime, **failed}

    def generate(self, body):
        self.asked.append(body)
        shown = [part["fileData"]["fileUri"] for part in parts(body) if "fileData" in part]
        if any(uri.split("/v1beta/")[1] not in self.files for uri in shown):
            said = "You do not have permission to access the File or it may not exist."
            return 403, error(403, said, "PERMISSION_DENIED")
        return self._answer(body)


def parts(body):
    return body["contents"][0]["parts"]


def camel(value):
    """Names in camel case; Google's servers read both, and the SDK writes both."""
    if isinstance(value, list):
        return [camel(one) for one in value]
    if not isinstance(value, dict):
        return value
    return {re.sub(r"_(\w)", lambda m: m[1].upper(), k): camel(v) for k, v in value.items()}
