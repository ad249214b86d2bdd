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
        state: what it becomes then, or a function that gives it for its name.
    """

    def __init__(self, answer=lambda body: (200, generated("None.")), polls=2, state="ACTIVE"):
        self.asked, self.uploaded, self.deleted, self.keys = [], [], [], set()
        self.names, self.starts, self.refuse_upload = [], 0, None
        self.files, self._polls, self._state, self._answer = {}, polls, state, answer
        self.lifetime = "2099-01-01T00:00:00Z"
        fake = self

        class Gemini(Handler):
            def do_POST(self):
                fake.keys.add(self.headers.get("x-goog-api-key"))
                data = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                if self.path.startswith("/upload"):
                    fake.starts += 1
                    if fake.refuse_upload:
                        self.answer(*fake.refuse_upload)
                    else:
                        name = json.loads(data)["file"]["name"]
                        place = f"{fake.url}/bytes/{name}"
                        self.answer(200, {}, {"X-Goog-Upload-URL": place})
                elif self.path.startswith("/bytes"):
                    name = self.path.removeprefix("/bytes/")
                    self.answer(
                        200,
                        {"file": fake.new_file(name, data)},
                        {"X-Goog-Upload-Status": "final"},
                    )
                else:
                    self.answer(*fake.generate(camel(json.loads(data))))

            def do_GET(self):
                name = re.search(r"files/[\w-]+", self.path)[0]
                self.answer(200, fake.poll(name))

            def do_DELETE(self):
                name = re.search(r"files/[\w-]+", self.path)[0]
                fake.deleted.append(name)
                there = fake.files.pop(name, None) is not None
                self.answer(*((200, {}) if there else (404, error(404, "gone", "NOT_FOUND"))))

        self.url = self.listen(Gemini)

    def new_file(self, name, data):
        self.names.append(name)
        self.uploaded.append(data)
        self.files[name] = self._polls
        return self.file(name, "PROCESSING")

    def files_ready(self):
        """From now on a file is ready when it is asked about."""
        self._polls = 1

    def poll(self, name):
        self.files[name] -= 1
        state = self._state if isinstance(self._state, str) else self._state(name)
        return self.file(name, "PROCESSING" if self.files[name] > 0 else state)

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
