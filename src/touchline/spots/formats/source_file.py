"""A file of events whose format is not known yet: its text, its JSON, its XML."""

import json
import re
import zlib
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from xml.etree.ElementTree import Element

from touchline.bounded_reading import MOST_BYTES
from touchline.errors import UserError, reason_of
from touchline.spots.formats.safe_xml import parse_xml

_GZIP = b"\x1f\x8b"
_HEAD = 2000
_SURROGATE = re.compile(r"\\u[dD][89a-fA-F]")
"""How JSON writes characters in two halves, of which one may be missing."""


@dataclass
class SourceFile:
    """A file, read whole.

    Attributes:
        name: what messages call it.
        content: its bytes.
        game: the game that its path names.
        half: the half that its path names, or 1.
        folder: the folder that it is in, below the one that is read; "" for a single file.
    """

    name: str
    content: bytes = field(repr=False)
    game: str = ""
    half: int = 1
    folder: str = ""

    def __post_init__(self) -> None:
        if self.content.startswith(_GZIP):
            self.content = _unpacked(self.name, self.content)

    @cached_property
    def head(self) -> str:
        """The beginning of its text, where it is text; for telling formats apart."""
        text = self.content[:_HEAD].decode("utf-8-sig", errors="replace")
        return text.replace("\r\n", "\n").lstrip()

    @cached_property
    def text(self) -> str:
        """Its text, with line ends as `\\n`.

        Raises:
            UserError: it is not UTF-8.
        """
        try:
            text = self.content.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            raise UserError(f"{self.name} cannot be read: {reason_of(error)}.") from error
        return text.replace("\r\n", "\n").replace("\r", "\n")

    @cached_property
    def json(self) -> Any:
        """Its JSON.

        Raises:
            UserError: it is not JSON.
        """
        try:
            data = json.loads(self.text)
            if _SURROGATE.search(self.text):
                json.dumps(data, ensure_ascii=False).encode()
        except UnicodeEncodeError as error:
            raise UserError(f"{self.name} has half of a character (\\ud800 to \\udfff).") from error
        except (ValueError, RecursionError) as error:
            raise UserError(f"{self.name} is not valid JSON: {error}.") from error
        return data

    @cached_property
    def xml(self) -> Element:
        """The root of its XML.

        Raises:
            UserError: it is not XML, or declares entities.
        """
        try:
            return parse_xml(self.content)
        except ValueError as error:
            raise UserError(f"{self.name} is not valid XML: {error}.") from error

    @property
    def json_object(self) -> dict[str, Any]:
        """Its JSON where that is an object, else an empty one; for telling formats apart."""
        return self.json if self.looks_like_json and isinstance(self.json, dict) else {}

    @property
    def looks_like_json(self) -> bool:
        """Whether it can be JSON."""
        return self.head[:1] in ("{", "[")

    @property
    def looks_like_xml(self) -> bool:
        """Whether it can be XML."""
        return self.head[:1] == "<" or self.content[:2] in (b"\xff\xfe", b"\xfe\xff")


def _unpacked(name: str, content: bytes) -> bytes:
    """What a file that is packed by gzip holds, if that has a size that can be read."""
    unpacker = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)
    try:
        plain = unpacker.decompress(content, MOST_BYTES)
    except zlib.error as error:
        raise UserError(f"{name} cannot be unpacked: {error}.") from error
    if not unpacker.eof:
        raise UserError(f"{name} is cut short, or has more than {MOST_BYTES:,} bytes unpacked.")
    return plain
