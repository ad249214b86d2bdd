"""Keys of endpoints: where they come from, and how they are kept out of all output.

As soon as this process knows a key, every log record and every traceback is printed without it, and
`redact` removes it from everything that is stored.
"""

import base64
import html
import json
import logging
import os
import re
import shlex
import sys
import threading
import traceback
from dataclasses import fields, replace
from functools import lru_cache
from types import TracebackType
from typing import Any
from urllib.parse import quote, quote_plus

from touchline.errors import UserError
from touchline.models.types import Reply, ServedBy
from touchline.text import inert

KEYRING_SERVICE = "touchline"
_MARK = "[key]"
SHORTEST_KEY = 8
"""Anything shorter is not a key, and redacting it would damage ordinary text."""

_AROUND = (
    " \t\r\n\v\f\0\"'`\u00a0\u200b\ufeff\u00ab\u00bb"
    "\u2018\u2019\u201a\u201b\u201c\u201d\u201e\u201f"
)
"""What is copied along with a key: white space, quotes straight and typographic, and letters that
are not seen."""

_PERCENT = re.compile("%[0-9A-F]{2}")

_secrets: set[str] = set()
"""All forms of all secrets."""


def find_key(name: str) -> str | None:
    """A key from the environment, else from the system's keyring; it is redacted from now on.

    `keyring set touchline NAME` stores one; that needs `touchline[keyring]`. Spaces, line breaks
    and quotes around a key, which come along when one is copied, are not part of it.

    Args:
        name: of the environment variable, and of the entry in the keyring.

    Returns:
        The key, or None where there is none.

    Raises:
        UserError: it contains what no key does, such as a line break in its middle.
    """
    found = os.environ.get(name) or _from_keyring(name) or ""
    protect(found)
    key = found.strip(_AROUND)
    protect(key)
    if not all("!" <= letter <= "~" for letter in key):
        raise UserError(
            f"the key in {name} contains a space, a line break, or a letter that no key has (it "
            "may have been copied with other text): set it again, in one line."
        )
    return key or None


def required_key(name: str, model: str) -> str:
    """A key that a model cannot be asked without.

    Raises:
        UserError: there is none.
    """
    key = find_key(name)
    if key is None:
        raise UserError(
            f"model '{model}' needs a key: set {name} in the environment, or store it with "
            f"'keyring set {KEYRING_SERVICE} {name}'."
        )
    return key


def protect(secret: str) -> None:
    """Keeps a secret out of everything that this process prints or logs from now on.

    So it does each of the secret's lines, and every form in which programs write a text.
    """
    for part in {secret, *secret.split()}:
        if len(part) >= SHORTEST_KEY and part not in _secrets:
            _secrets.update(form for form in secret_forms(part) if len(form) >= SHORTEST_KEY)
            _pattern.cache_clear()
            _guard_output()


def secret_forms(secret: str) -> set[str]:
    """A secret as programs write it: plain, escaped for JSON, Python, URLs, HTML or a shell, and
    in base 64 and hexadecimal, also as a part of a longer text.
    """
    content = secret.encode(errors="surrogateescape")
    forms = {secret, html.escape(secret), shlex.quote(secret).strip("'")}
    forms |= {repr(secret)[1:-1], ascii(secret)[1:-1], repr(content)[2:-1]}
    for plain in (False, True):
        once = json.dumps(secret, ensure_ascii=plain)[1:-1]
        forms |= {once, json.dumps(once, ensure_ascii=plain)[1:-1]}
    for quoted in (quote(content, safe=""), quote(content), quote_plus(content)):
        forms |= {quoted, quote(quoted)}
    forms |= {content.hex(), content.hex().upper()}
    return forms | _base64_forms(content)


def _base64_forms(content: bytes) -> set[str]:
    """What is the same in the base 64 of every text that contains some bytes.

    Three bytes are four letters, so there are three ways in which a text may begin before them;
    letters at both ends that depend on its neighbours are left out.
    """
    forms = set()
    for before in range(3):
        for encode in (base64.b64encode, base64.urlsafe_b64encode):
            letters = encode(b"\0" * before + content).decode().rstrip("=")
            first = -(-before * 8 // 6)
            whole = (before + len(content)) * 8 // 6
            forms.add(letters[first:whole])
    return forms


@lru_cache(maxsize=1)
def _pattern() -> re.Pattern[str]:
    longest_first = sorted(_secrets, key=lambda form: (-len(form), form))
    forms = "|".join(map(re.escape, longest_first))
    return re.compile(_PERCENT.sub(lambda code: f"(?i:{code[0]})", forms))


def redact(text: str) -> str:
    """A text without any secret that this process knows, in whatever form it is written."""
    return _pattern().sub(_MARK, text) if _secrets else text


def without_secrets(reply: Reply) -> Reply:
    """A reply without secrets; where there was one, all tokens are dropped, as they spell it."""
    text = redact(reply.text)
    found: dict[str, Any] = {
        "text": text,
        "finish_reason": reply.finish_reason and redact(reply.finish_reason),
        "other_fields": tuple((redact(name), redact(said)) for name, said in reply.other_fields),
        "unusable": tuple(redact(one) for one in reply.unusable),
        "served": _served_without(reply.served),
    }
    changed = {name: value for name, value in found.items() if value != getattr(reply, name)}
    if not changed:
        return reply
    return replace(reply, **changed, tokens=reply.tokens if text == reply.text else ())


def _served_without(served: ServedBy) -> ServedBy:
    values = ((field.name, getattr(served, field.name)) for field in fields(served))
    return replace(served, **{name: redact(value) for name, value in values if value})


def _from_keyring(name: str) -> str | None:
    try:
        import keyring
        from keyring.errors import KeyringError
    except ImportError:
        return None
    try:
        return keyring.get_password(KEYRING_SERVICE, name)
    except KeyringError:  # there is no keyring, or it is locked
        return None


class _RedactedRecord(logging.LogRecord):
    """A log record whose message and traceback contain no secret."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.exc_info and self.exc_info[0]:
            self.exc_text = redact("".join(traceback.format_exception(*self.exc_info)).rstrip())

    def getMessage(self) -> str:  # noqa: N802  (the library's name)
        return redact(super().getMessage())


@lru_cache(maxsize=1)
def _guard_output() -> None:
    logging.setLogRecordFactory(_RedactedRecord)
    sys.excepthook = _print_redacted
    threading.excepthook = lambda of: _print_redacted(of.exc_type, of.exc_value, of.exc_traceback)


def _print_redacted(
    kind: type[BaseException], error: BaseException | None, trace: TracebackType | None
) -> None:
    sys.stderr.write(inert(redact("".join(traceback.format_exception(kind, error, trace)))))
