"""Keys that somebody wrote into a card, a benchmark or a prompt: refused, and never shown.

What is in such a file is copied into plans and runs and passed on with them. A key is known by its
form, by the name that it stands under, or as the value of a variable of this process.
"""

import base64
import json
import os
import re
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from html import escape
from typing import Any
from urllib.parse import quote, quote_plus, urlsplit

from touchline.errors import UserError

_FORMS = re.compile(
    r"(?<![A-Za-z0-9])("
    r"sk-[A-Za-z0-9_-]{16,}|AIza[A-Za-z0-9_-]{30,}|hf_[A-Za-z0-9]{24,}|gsk_[A-Za-z0-9]{24,}"
    r"|gh[pousr]_[A-Za-z0-9]{30,}|github_pat_[A-Za-z0-9_]{30,}|xox[abprs]-[A-Za-z0-9-]{16,}"
    r"|(?:AKIA|ASIA)[A-Z0-9]{16}|r8_[A-Za-z0-9]{30,}|pplx-[A-Za-z0-9]{30,}"
    r"|eyJ[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{10,}|-----BEGIN [A-Z ]*PRIVATE KEY-----"
    r"|[Bb]earer +[A-Za-z0-9._~+/=-]{16,})"
)
"""The forms that makers of APIs give their keys."""

_NAMED = re.compile(
    r"(?:^|[_-])(?:api[_-]?key|access[_-]?key|secret[_-]?key|private[_-]?key|auth[_-]?key"
    r"|(?:access|auth|api|hf|bearer|secret|session)[_-]?token|token|secret|password|passwd"
    r"|credentials?|authorization)$|^authorization$|[a-z]+_key$",
    re.IGNORECASE,
)
_VALUE = re.compile(r"[A-Za-z0-9._~+/=:@ -]{8,}")
_FLAG = re.compile(r"--(?P<name>[A-Za-z-]+)(?:=(?P<value>.*))?", re.DOTALL)
_OWN = re.compile(r"(?:KEY|TOKEN|SECRET|PASSWORD|PASSWD|CREDENTIALS?)$")
_SHORTEST = 12
"""Of a variable's value: shorter ones are words that a file may contain by chance."""


def refuse_planted_keys(values: Any, where: str) -> None:
    """Makes sure that no text in some values is a key.

    Args:
        values: of a YAML file: mappings, lists and texts.
        where: the file, for the message.

    Raises:
        UserError: one is; it says where, and not what.
    """
    own = _own_secrets()
    for place, name, text in _texts(values, (), ""):
        if _is_key(name, text, own):
            there = f", {place}" if place else ""
            raise UserError(
                f"{where}{there}: there is a key or a password, and such a file is passed on: put "
                "it into the environment, and its name under api_key_env."
            )


def _texts(value: Any, path: tuple[str, ...], name: str) -> Iterator[tuple[str, str, str]]:
    """Every text in some values: its place, the name that it stands under, and itself."""
    if isinstance(value, Mapping):
        for key, below in value.items():
            here = (*path, str(key) if str(key).isidentifier() else "?")
            yield ".".join(path), "", str(key)
            yield from _texts(below, here, str(key))
    elif isinstance(value, list | tuple):
        before = ""
        for number, below in enumerate(value):
            flag = _FLAG.fullmatch(before)
            yield from _texts(below, (*path, str(number)), flag["name"] if flag else name)
            before = below if isinstance(below, str) else ""
    elif isinstance(value, str):
        yield ".".join(path), name, value
        flag = _FLAG.fullmatch(value)
        if flag and flag["value"]:
            yield ".".join(path), flag["name"], flag["value"]


def _is_key(name: str, text: str, own: Iterable[str]) -> bool:
    if _FORMS.search(text) or any(one in text for one in own):
        return True
    if "://" in text and _has_password(text):
        return True
    # A name in angle brackets or braces, such as "<|end|>", is no key.
    return bool(_NAMED.search(name) and _VALUE.fullmatch(text) and not text.startswith("--"))


def _has_password(text: str) -> bool:
    for one in re.findall(r"[A-Za-z][A-Za-z0-9+.-]*://[^\s'\"<>]+", text):
        try:
            parts = urlsplit(one)
        except ValueError:
            continue
        if parts.password:
            return True
    return False


def _own_secrets() -> tuple[str, ...]:
    found: list[str] = []
    for name, value in os.environ.items():
        if _OWN.search(name.upper()) and len(value) >= _SHORTEST and "/" not in value[:1]:
            found += spellings(value)
    return tuple(found)


@lru_cache(maxsize=256)
def spellings(secret: str) -> tuple[str, ...]:
    """A secret and how it looks in URLs, JSON, HTML, base64 and hexadecimal, longest first.

    >>> "a%2Fb" in spellings("a/b")
    True
    """
    raw = secret.encode("utf-8", "surrogatepass")
    found = {
        secret,
        *(quote(secret, safe=""), quote(secret), quote_plus(secret)),
        *(quote(secret, safe="").lower(), json.dumps(secret)[1:-1], escape(secret)),
        json.dumps(secret)[1:-1].replace("/", r"\/"),
        *(raw.hex(), raw.hex().upper()),
        *_in_base64(raw),
    }
    return tuple(sorted(found, key=lambda one: (-len(one), one)))


def _in_base64(raw: bytes) -> Iterator[str]:
    """What of a secret is the same in base64 wherever it stands; the ends depend on neighbours."""
    for before in range(3):
        for encode in (base64.b64encode, base64.urlsafe_b64encode):
            whole = encode(bytes(before) + raw).decode().rstrip("=")
            part = whole[-(-before * 8 // 6) + (before > 0) : -1]
            if len(part) >= _SHORTEST:
                yield part
