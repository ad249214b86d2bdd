"""A real file server on loopback that asks for a password and may break off."""

import base64
from urllib.parse import unquote

from tests.support.loopback import Handler, LoopbackServer


class FileServer(LoopbackServer):
    """Serves `files` (path to bytes) while its `with` block lasts.

    Attributes:
        password: what it wants of a path that `is_protected`.
        break_after: connections end after so many bytes, once a path; None lets all through.
        status: answers everything with it, where it is set.
        ranges: the first byte that each request asked for.
    """

    def __init__(self, files, password="right", is_protected=lambda path: path.endswith(".mkv")):
        self.files, self.password, self.is_protected = files, password, is_protected
        self.break_after = None
        self.status = None
        self.ranges = []
        self.broken = set()
        server = self

        class Files(Handler):
            def do_GET(self):
                server.give(self)

            do_HEAD = do_GET

        self.url = f"{self.listen(Files)}/"

    def give(self, request):
        path = unquote(request.path).lstrip("/")
        status = self.status or self._status(path, request.headers.get("Authorization", ""))
        if status:
            request.send_response(status)
            request.send_header("Content-Length", "0")
            request.end_headers()
            return
        body = self.files[path]
        start = int(request.headers.get("Range", "bytes=0-").split("=")[1].rstrip("-"))
        self.ranges.append(start)
        request.send_response(206 if start else 200)
        request.send_header("Content-Length", str(len(body) - start))
        request.end_headers()
        if self.break_after and path not in self.broken:
            self.broken.add(path)
            request.wfile.write(body[start : start + self.break_after])
            request.close_connection = True
            return
        request.wfile.write(body[start:])

    def _status(self, path, authorization):
        _, _, given = authorization.partition(" ")
        password = base64.b64decode(given).decode().partition(":")[2]
        if self.is_protected(path) and password != self.password:
            return 401
        return None if path in self.files else 404
