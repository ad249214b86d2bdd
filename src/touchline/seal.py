"""JSON that carries a checksum of itself as its last field, "checksum"; YAML, as its last line.

A file without one is of an earlier version, or was made by hand: it is read as it is.

Files that only grow have a checksum in each record: a newline, the checksum, a space, text without
newlines and a newline. Because of the leading newline, a record that is torn by a kill or a full
disk damages only itself.
"""

import hashlib
import re
import zlib

from touchline.errors import UserError

_SEAL = re.compile(rb',\s?"checksum": ?"([0-9a-f]{16})"\s?\}\s*\Z')
_LONGEST_SEAL = 60
_LINE = re.compile(r"^# checksum: ([0-9a-f]{16}) .*\n?\Z", re.MULTILINE)
_LINE_SAYS = "(delete this line after changing the file by hand)"


class DamagedFileError(UserError):
    """A file that is not as it was written; the message says how to make it again."""


def seal(text: str) -> str:
    """The text of a JSON object with its checksum as one more field at its end."""
    content = text.rstrip().removesuffix("}").rstrip()
    return f'{content}, "checksum": "{_checksum(content.encode())}"}}'


def is_sound(content: bytes) -> bool:
    """Whether a JSON object agrees with its checksum, or has none."""
    found = _seal_of(content)
    return found is None or _checksum(content[: found[0]]) == found[1]


def is_sealed(content: bytes) -> bool:
    """Whether a JSON object has a checksum and agrees with it."""
    return _seal_of(content) is not None and is_sound(content)


def seal_lines(text: str) -> str:
    """A text whose comments begin with "#", such as YAML, with its checksum as its last line."""
    content = text if text.endswith("\n") else f"{text}\n"
    return f"{content}# checksum: {_checksum(content.encode())} {_LINE_SAYS}\n"


def unseal_lines(text: str) -> str | None:
    """A text without its checksum; None where it does not agree with it.

    One without a checksum is returned as it is.
    """
    found = _LINE.search(text)
    if found is None:
        return text
    content = text[: found.start()]
    return content if _checksum(content.encode()) == found[1] else None


def checked_line(content: bytes) -> bytes:
    """The record of a text."""
    return b"\n%08x %s\n" % (zlib.crc32(content), content)


def content_of(line: bytes) -> bytes | None:
    """The text of a record's line; None for one that is empty, torn, damaged or has no checksum."""
    checksum, _, text = line.strip().partition(b" ")
    try:
        return text if int(checksum, 16) == zlib.crc32(text) else None
    except ValueError:
        return None


def _seal_of(content: bytes) -> tuple[int, str] | None:
    start = max(0, len(content) - _LONGEST_SEAL)
    found = _SEAL.search(content, start)
    return None if found is None else (found.start(), found[1].decode())


def _checksum(content: bytes) -> str:
    return hashlib.blake2b(content, digest_size=8).hexdigest()
