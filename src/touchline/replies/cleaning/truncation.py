"""Replies that are too long or cut off: which part of them is read."""

import re

MAX_CHARACTERS = 32_768
"""Characters that the slower parsers read: half of them from each end of a longer answer."""

_MAX_MARKS = 8_000
"""Commas and opening brackets of an answer beyond that which is still decoded as JSON."""

_UNFINISHED = re.compile(
    r"""[,{]\s*["']?[A-Za-z_ ]{0,20}["']?\s*:?\s*"""
    r"""(?:-?[\d.eE+]*|[A-Za-z]*|["'][^"'{}\[\]]{0,80})\Z"""
)


def truncate_middle(text: str, limit: int = MAX_CHARACTERS) -> str:
    """A text of about `limit` characters: its beginning and its end.

    A model that writes more repeats itself or reasons; its answer stands at the beginning or at
    the end.
    """
    if len(text) <= limit:
        return text
    return text[: limit // 2] + "\n" + text[-limit // 2 :]


def part_to_read(text: str) -> str:
    """An answer, or the ends of one that is long and holds more values than one can read.

    Long texts in a few values are no trouble: JSON is decoded as fast as its values are few.
    """
    if len(text) <= MAX_CHARACTERS or sum(map(text.count, ",[{")) <= _MAX_MARKS:
        return text
    return truncate_middle(text)


def is_cut_off(text: str) -> bool:
    """Whether a text begins an object or a list that it does not end.

    Only the last opening bracket counts, so that damage elsewhere is not taken for a cut.

    >>> is_cut_off('[{"label": "Foul", "details": "Player 2000'), is_cut_off("[]")
    (True, False)
    """
    last_open = max(text.rfind("{"), text.rfind("["))
    if last_open < 0 or not text.lstrip("`jsonJSON \t\r\n").startswith(("{", "[")):
        return False
    return text.find("}", last_open) < 0 and text.find("]", last_open) < 0


def drop_partial_value(text: str) -> str:
    """A text that was cut off, without the number, word or short string at the cut.

    >>> drop_partial_value('{"label": "Foul", "time": 1.')
    '{"label": "Foul"'
    >>> drop_partial_value('{"label": "Foul"}, {"label": "Shots o')
    '{"label": "Foul"}, '
    """
    found = _UNFINISHED.search(text[-200:])
    return text[: len(text) - len(text[-200:]) + found.start()] if found else text
