"""Replies that are too long or cut off: what is read of them."""

import re

LONGEST = 65_536
"""Characters that the dearer readers see: the first half and the last of a longer reply."""

_UNFINISHED = re.compile(
    r"""[,{]\s*["']?[A-Za-z_ ]{0,20}["']?\s*:?\s*"""
    r"""(?:-?[\d.eE+]*|[A-Za-z]*|["'][^"'{}\[\]]{0,80})\Z"""
)


def shortened(text: str, longest: int = LONGEST) -> str:
    """A text of about `longest` characters: its head and its tail.

    A model that runs on for longer repeats itself or thinks aloud; its answer stands at the
    beginning or at the end.
    """
    if len(text) <= longest:
        return text
    return text[: longest // 2] + "\n" + text[-longest // 2 :]


def cut_is_evident(text: str) -> bool:
    """Whether a text begins an object or a list that it does not end.

    Only the last opening is looked at, so that damage elsewhere does not count as a cut.

    >>> cut_is_evident('[{"label": "Foul", "details": "Player 2000'), cut_is_evident("[]")
    (True, False)
    """
    last_open = max(text.rfind("{"), text.rfind("["))
    if last_open < 0 or not text.lstrip("`jsonJSON \t\r\n").startswith(("{", "[")):
        return False
    return text.find("}", last_open) < 0 and text.find("]", last_open) < 0


def without_cut_value(text: str) -> str:
    """A cut text without the number, word or short string that the cut went through.

    >>> without_cut_value('{"label": "Foul", "time": 1.')
    '{"label": "Foul"'
    >>> without_cut_value('{"label": "Foul"}, {"label": "Shots o')
    '{"label": "Foul"}, '
    """
    found = _UNFINISHED.search(text[-200:])
    return text[: len(text) - len(text[-200:]) + found.start()] if found else text
