"""A loopback imitation of Gemini's File API and batches; batches end when a test says so."""

import json
import re

from tests.support.gemini import camel, generated
from tests.support.loopback import Handler, LoopbackServer


class GeminiBatchEndpoint(LoopbackServer):
    """Serves while its `with` block lasts.

    Attributes:
        files: content of each file by name.
        names: display name of each file.
        batches: what each batch says of itself, by name.
    """

    def __init__(self):
        self.files, self.names, self.batches = {}, {}, {}
        self._next = ""
        endpoint = self

        class Batches(Handler):
            def do_POST(self):
                data = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                if self.path.startswith("/upload"):
                    endpoint._next = camel(json.loads(data))["file"]["displayName"]
                    self.answer(200, {}, {"X-Goog-Upload-URL": f"{endpoint.url}/bytes"})
                elif self.path.startswith("/bytes"):
                    name = endpoint.store(data, endpoint._next)
                    self.answer(
                        200, {"file": endpoint.file(name)}, {"X-Goog-Upload-Status": "final"}
                    )
                else:
                    self.answer(200, endpoint.new_batch(camel(json.loads(data))["batch"]))

            def do_GET(self):
                name = re.search(r"(files|batches)(/[\w-]+)?", self.path)[0]
                if name == "files":
                    self.answer(200, {"files": [endpoint.file(one) for one in endpoint.files]})
                elif name == "batches":
                    self.answer(200, {"operations": list(endpoint.batches.values())})
                elif name.startswith("files"):
                    self.answer(200, endpoint.files[name])
                else:
                    self.answer(200, endpoint.batches[name])

            def do_DELETE(self):
                endpoint.files.pop(re.search(r"files/[\w-]+", self.path)[0])
                self.answer(200, {})

        self.url = self.listen(Batches)

    def store(self, data, display_name):
        name = f"files/f{len(self.names)}"
        self.files[name], self.names[name] = data, display_name
        return name

    def file(self, name):
        uri = f"{self.url}/v1beta/{name}"
        return {"name": name, "displayName": self.names[name], "uri": uri, "state": "ACTIVE"}

    def new_batch(self, values):
        name = f"batches/b{len(self.batches)}"
        facts = {"displayName": values["displayName"], "state": "BATCH_STATE_PENDING"}
        self.batches[name] = {"name": name, "metadata": facts, "input": values["inputConfig"]}
        return self.batches[name]

    def lines(self, batch):
        content = self.files[self.batches[batch]["input"]["fileName"]]
        return [json.loads(line) for line in content.splitlines()]

    def finish(self, batch, failing=()):
        """Ends a batch; the lines with the given numbers failed."""
        answers = [
            {"key": line["key"], "error": {"code": 3, "message": "too large"}}
            if number in failing
            else {"key": line["key"], "response": generated(f"None. {number}")}
            for number, line in enumerate(self.lines(batch))
        ]
        output = self.store("\n".join(map(json.dumps, answers)).encode(), "output")
        self.batches[batch]["metadata"] |= {
            "state": "BATCH_STATE_SUCCEEDED",
            "output": {"responsesFile": output},
        }
