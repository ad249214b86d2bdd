"""Replies that decline to answer, which are neither "nothing happened" nor unreadable."""

import re

_REFUSAL = re.compile(
    r"\b(?:i['’]?m sorry|i am sorry|i apologi[sz]e|unfortunately,? i|sorry, (?:but )?i)\b"
    r"|\b(?:i|we) (?:can ?not|can['’]?t|won['’]?t|do(?: not|n['’]t) have the ability)\b"
    r"|\bi(?: a|['’])m (?:unable|not able) to\b"
    r"|\b(?:i['’]m|i am|as) (?:an? )?(?:ai|language model|large language model|text-based)\b"
    r"|\b(?:as an ai|no images? (?:was|were|has been|have been) (?:provided|attached|uploaded))\b",
    re.IGNORECASE,
)
_MAX_CHARACTERS = 600


def is_refusal(text: str) -> bool:
    """Whether a reply declines to answer.

    >>> is_refusal("I'm sorry, but I can't analyze these images."), is_refusal("None.")
    (True, False)
    """
    return _REFUSAL.search(text[:_MAX_CHARACTERS]) is not None
