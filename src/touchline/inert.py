"""Text of strangers as a terminal may show it: no escapes, no control characters."""

import unicodedata

_INVISIBLE = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
"""Control characters, formats such as direction marks, and halves of characters."""
_ORDINARY = frozenset("\n\t\u200d")
"""The last joins the parts of emoji and of letters in some scripts."""


def inert(text: str) -> str:
    r"""A text whose control characters are written out, so that no terminal obeys them.

    >>> inert("a\x1b[31mb\u202ec")
    'a\\x1b[31mb\\u202ec'
    """
    if text.isascii() and text.isprintable():
        return text
    return "".join(one if _is_shown(one) else _written_out(one) for one in text)


def _is_shown(one: str) -> bool:
    return one in _ORDINARY or unicodedata.category(one) not in _INVISIBLE


def _written_out(one: str) -> str:
    return one.encode("unicode_escape", "surrogatepass").decode("ascii")
