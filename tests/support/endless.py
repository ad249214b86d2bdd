"""Servers on loopback whose answers have no end, or are far larger than they look."""

import gzip
import socket
import threading
import zlib
from contextlib import contextmanager, suppress

_ZEROS = gzip.compress(bytes(1 << 20), 9)
_OK = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
_CHUNKED = _OK + b"Transfer-Encoding: chunked\r\n"


def _chunk(data):
    return b"%x\r\n%s\r\n" % (len(data), data)


def _forever(head, part):
    yield head
    while True:
        yield part


def _bomb():
    """Gigabytes in as many kilobytes."""
    packer = zlib.compressobj(9, wbits=31)
    head = packer.compress(b"") + packer.flush(zlib.Z_FULL_FLUSH)
    zeros = packer.compress(bytes(1 << 24)) + packer.flush(zlib.Z_FULL_FLUSH)
    return _forever(_CHUNKED + b"Content-Encoding: gzip\r\n\r\n" + _chunk(head), _chunk(zeros))


ENDLESS = {
    "a gzip bomb": _bomb,
    "a bomb in a bomb": lambda: iter(
        (_OK + b"Content-Encoding: gzip, gzip\r\nContent-Length: %d\r\n\r\n" % len(_TWICE), _TWICE)
    ),
    "chunks without end": lambda: _forever(_CHUNKED + b"\r\n", _chunk(b" " * 65536)),
    "no length and no end": lambda: _forever(_OK + b"\r\n", b"[" * 65536),
    "headers without end": lambda: _forever(_OK, b"X-More: " + b"a" * 8000 + b"\r\n"),
    "a header without end": lambda: _forever(_OK + b"X-More: ", b"a" * 8000),
    "trailers without end": lambda: _forever(
        _CHUNKED + b"\r\n0\r\n", b"X-More: " + b"a" * 8000 + b"\r\n"
    ),
    "no end of continuing": lambda: _forever(b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
    "no end of early hints": lambda: _forever(b"", b"HTTP/1.1 103 Early Hints\r\n\r\n"),
}
"""What each answers with, in parts."""

_TWICE = gzip.compress(_ZEROS * 100, 9)


@contextmanager
def endless(kind):
    """Serves while the block lasts; gives the address."""
    listening = socket.create_server(("127.0.0.1", 0))
    threading.Thread(target=_accept, args=(listening, ENDLESS[kind]), daemon=True).start()
    try:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    finally:
        listening.close()


def _accept(listening, answer):
    with suppress(OSError):
        while True:
            connection, _ = listening.accept()
            threading.Thread(target=_serve, args=(connection, answer), daemon=True).start()


def _serve(connection, answer):
    with suppress(OSError), connection:
        connection.recv(1 << 16)
        for part in answer():
            connection.sendall(part)
        connection.shutdown(socket.SHUT_WR)
