"""Whether a value claims an event or denies it: "yes", false, "not visible", a tick."""

import re
from functools import lru_cache

from touchline.games import normalize_name
from touchline.replies.grammar.languages import (
    any_word,
    languages,
    no_words,
    null_names,
    yes_words,
)

_TICKS = re.compile("[✓✔✅☑🟢👍]")
_CROSSES = re.compile("[✗✘❌✕✖☒🔴🚫👎]")
_DASHES = re.compile(r"[-–—‐−./?\s]*")
_ZERO = re.compile(r"\s*0+(?:[.,]0+)?\s*%?\s*")
_IN_BRACKETS = re.compile(r"\w\s?\(([^()]{1,40})\)?\s*$")
_MAX_CHARACTERS = 200
_CACHED = 4096


def denies(value: object) -> bool:
    """Whether a value denies the event that it stands beside.

    >>> [denies(one) for one in (False, 0, None, "No", "not visible", "❌", "–", [])]
    [True, True, True, True, True, True, True, True]
    >>> [denies(one) for one in (True, 1, 0.2, "yes", "1.4 s", "✓", "home", [1.4])]
    [False, False, False, False, False, False, False, False]
    """
    if isinstance(value, str):
        return text_denies(value[:_MAX_CHARACTERS])
    return not value  # None, False, 0, 0.0, [], {}


def is_zero(value: object) -> bool:
    """Whether a confidence is exactly none at all, with which a model denies what it names.

    >>> [is_zero(one) for one in (0, 0.0, "0%", None, False, "low")]
    [True, True, True, False, False, False]
    """
    if isinstance(value, str):
        return _ZERO.fullmatch(value[:_MAX_CHARACTERS]) is not None
    return not isinstance(value, bool) and isinstance(value, int | float) and value == 0


@lru_cache(maxsize=_CACHED)
def text_denies(text: str) -> bool:
    """Whether a text denies the event that it stands beside."""
    if _TICKS.search(text):
        return False
    if _CROSSES.search(text) or _DASHES.fullmatch(text) or _ZERO.fullmatch(text):
        return True
    words = normalize_name(text)
    if words in yes_words():
        return False
    return words in no_words() or words in null_names() or _denial().match(words) is not None


def is_denied_name(text: str) -> bool:
    """Whether what stands in brackets after a name denies it.

    >>> is_denied_name("Goal (not detected)"), is_denied_name("Goal (header)")
    (True, False)
    """
    found = _IN_BRACKETS.search(text[:_MAX_CHARACTERS])
    return found is not None and text_denies(found[1])


@lru_cache(maxsize=_CACHED)
def text_affirms(text: str) -> bool:
    """Whether a text is a plain yes.

    >>> text_affirms("Yes"), text_affirms("✅"), text_affirms("1.4")
    (True, True, False)
    """
    return _TICKS.search(text) is not None or normalize_name(text) in yes_words()


@lru_cache(maxsize=1)
def _denial() -> re.Pattern[str]:
    words = [(one.prose.unspaced, one.denials) for one in languages()]
    return re.compile(any_word(words))
