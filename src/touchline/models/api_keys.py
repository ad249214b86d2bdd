"""Keys of endpoints: where they come from, and how they are kept out of all output.

As soon as this process knows a key, every log record and every traceback is printed without it, and
`redact` removes it from everything that is stored.
"""

import logging
import os
import sys
import threading
import traceback
from dataclasses import replace
from functools import lru_cache
from types import TracebackType
from typing import Any
from urllib.parse import quote

from touchline.errors import UserError
from touchline.models.types import Reply
from touchline.text import inert

KEYRING_SERVICE = "touchline"
_MARK = "[key]"
SHORTEST_KEY = 8
"""Anything shorter is not a key, and redacting it would damage ordinary text."""

_secrets: set[str] = set()


def find_key(name: str) -> str | None:
    """A key from the environment, else from the system's keyring; it is redacted from now on.

    `keyring set touchline NAME` stores one; that needs `touchline[keyring]`.

    Args:
        name: of the environment variable, and of the entry in the keyring.

    Returns:
        The key, or None where there is none.
    """
    key = os.environ.get(name) or _from_keyring(name)
    if key:
        protect(key)
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
    """Keeps a secret out of everything that this process prints or logs from now on."""
    if len(secret) >= SHORTEST_KEY:
        _secrets.update((secret, quote(secret, safe="")))
        _guard_output()


def redact(text: str) -> str:
    """A text without any secret that this process knows."""
    for secret in _secrets:
        if secret in text:
            text = text.replace(secret, _MARK)
    return text


def without_secrets(reply: Reply) -> Reply:
    """A reply without secrets; where there was one, all tokens are dropped, as they spell it."""
    text = redact(reply.text)
    other = tuple((redact(name), redact(content)) for name, content in reply.other_fields)
    unusable = tuple(redact(one) for one in reply.unusable)
    tokens = reply.tokens if text == reply.text else ()
    if (text, other, unusable) == (reply.text, reply.other_fields, reply.unusable):
        return reply
    return replace(reply, text=text, tokens=tokens, other_fields=other, unusable=unusable)


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
