"""The confidence that a reply gives, as a number, a percentage or a word, from 0 to 1."""

import re

from touchline.replies.class_names import normalized
from touchline.replies.grammar.languages import confidence_words

CONFIDENCE_WORDS: dict[str, float] = {
    "very high": 0.95,
    "certain": 0.95,
    "definite": 0.95,
    "high": 0.9,
    "medium high": 0.75,
    "likely": 0.7,
    "medium": 0.6,
    "moderate": 0.6,
    "possible": 0.4,
    "medium low": 0.4,
    "low": 0.3,
    "unlikely": 0.2,
    "very low": 0.1,
}
"""Only the order of these matters for a score; the distances are our choice."""

_SCORE = re.compile(r"\s*\d+\s*[-–:]\s*\d+\s*")
"""A score such as "1-0", which is no confidence."""

_NUMBER = re.compile(r"(\d+(?:[.,]\d+)?)\s*(%|percent|/\s*(\d+))?", re.IGNORECASE)


def parse_confidence(value: object) -> float | None:
    """A confidence from 0 to 1, or None where there is none: a missing one is not 0.5.

    Numbers up to 1 are taken as they are, those above 1 and up to 100 as percentages; "8/10" is a
    fraction. A negative number, one above 100 or text without a number counts as missing.

    >>> [parse_confidence(one) for one in (0.9, "85%", "High", "8/10")]
    [0.9, 0.85, 0.9, 0.8]
    >>> [parse_confidence(one) for one in (None, -1, True)]
    [None, None, None]
    """
    if type(value) is float and 0.0 <= value <= 1.0:
        return value
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        return _scaled(value)
    if isinstance(value, str):
        return _from_text(value)
    return None


def _scaled(number: float) -> float | None:
    if 0 <= number <= 1:
        return float(number)
    return number / 100 if 1 < number <= 100 else None


def _from_text(text: str) -> float | None:
    said = normalized(text).removesuffix(" confidence")
    word = CONFIDENCE_WORDS.get(confidence_words().get(said, said))
    if word is not None:
        return word
    found = _NUMBER.search(text[:40])
    if not found or _SCORE.fullmatch(text[:40]) or text[: found.start()].rstrip().endswith("-"):
        return None
    number = float(found[1].replace(",", "."))
    if found[3]:
        whole = int(found[3][:6])
        return number / whole if whole > 0 and number <= whole else None
    if found[2]:
        return number / 100 if number <= 100 else None
    return _scaled(number)
