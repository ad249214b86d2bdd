"""Replies that decline to answer, which are neither "nothing happened" nor unreadable."""

import re
from functools import cache

from touchline.replies.grammar.languages import patterns

_MAX_CHARACTERS = 600


@cache
def _refusal() -> re.Pattern[str]:
    return patterns("refusals")


@cache
def _cannot_look() -> re.Pattern[str]:
    return patterns("cannot_look")


def is_refusal(text: str) -> bool:
    """Whether a reply that names no event declines to answer.

    >>> is_refusal("I'm sorry, but I can't analyze these images."), is_refusal("None.")
    (True, False)
    >>> is_refusal("Lo siento, no puedo analizar imágenes."), is_refusal("抱歉，我无法分析图像。")
    (True, True)
    """
    return _refusal().search(text[:_MAX_CHARACTERS]) is not None


def cannot_look(text: str) -> bool:
    """Whether a reply says that the images cannot be looked at, whatever else it says.

    >>> cannot_look("I cannot view images, so I see no events."), cannot_look("I see no events.")
    (True, False)
    """
    return _cannot_look().search(text[:_MAX_CHARACTERS]) is not None
