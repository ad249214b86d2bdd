"""What a sentence does with the events that it mentions: claims them, doubts them, denies them.

The scope of a negation is its clause: it ends at a comma, a colon or a contrast ("but", "then").
Names that are joined to a list ("no goal, foul, or corner") share one scope.
"""

import re
from enum import Enum
from functools import cache
from itertools import pairwise
from typing import NamedTuple

from touchline.replies.grammar.assertions import text_denies
from touchline.replies.grammar.languages import languages, prose_words
from touchline.replies.sentences.mentions import Mention

_BEFORE = 160
"""Characters before a name in which its clause is looked for."""

_LIST_BEGINS = (":", "：", "(")
_MAX_GLUE = 40
_LETTER = re.compile(r"\w")
_MAX_VALUE = 80
_SEPARATOR = re.compile(r"(?:\*\*|\s*event)?\s*(?:[:=：]|\s[-–—]\s|[–—])\s*")
_MARK = re.compile(r"\s{0,2}(?:\[([ x✓✔✗✘]?)\]|\(([^()]{1,30})\)|([✗✘❌✕✖☒✓✔✅☑]))")
"""A box, a bracket or a tick right after a name: "Goal [ ]", "Foul (yes)", "Corner ❌"."""


class Stance(Enum):
    """What a sentence does with an event that it mentions."""

    CLAIMED = "claimed"
    DOUBTED = "doubted"
    DENIED = "denied"


class _Words(NamedTuple):
    negation: re.Pattern[str]
    after: re.Pattern[str]
    boundary: re.Pattern[str]
    exception: re.Pattern[str]
    doubt: re.Pattern[str]
    glue: re.Pattern[str]
    join: re.Pattern[str]
    others: re.Pattern[str]
    comma_and: re.Pattern[str]
    nothing: re.Pattern[str]
    correction: re.Pattern[str]


@cache
def _words() -> _Words:
    endings = "|".join(e for one in languages() for e in one.prose.negation_endings)
    exceptions = prose_words("exceptions")
    joins, articles = prose_words("joins"), prose_words("articles")
    return _Words(
        negation=re.compile(rf"{prose_words('negations')}|(?:{endings})(?!\w)"),
        after=re.compile(rf"\W{{0,3}}(?:\w+ ){{0,2}}?(?:{prose_words('after')})"),
        boundary=re.compile(rf"[,:，：(]|{prose_words('contrasts')}|{exceptions}"),
        exception=re.compile(rf"(?:{exceptions})"),
        doubt=re.compile(prose_words("doubts")),
        glue=re.compile(rf"[\s,，、/]*(?:(?:{joins}|{articles})[\s,，、/]*){{0,6}}"),
        join=re.compile(rf"{joins}|[、/]"),
        others=re.compile(rf"\s*[,，、]?\s*(?:{joins})?\s*(?:{prose_words('others')})"),
        comma_and=re.compile(r"\s*[,，]\s*(?:and|und|et|y|e)\s+\w+\s*$"),
        nothing=re.compile(prose_words("nothing")),
        correction=re.compile(rf"\W*(?:{prose_words('corrections')})"),
    )


def says_nothing(sentence: str) -> bool:
    """Whether a sentence, in lower case, says that there is no event at all.

    >>> [says_nothing(one) for one in ("no other events", "i don't see any events", "a goal")]
    [True, True, False]
    """
    return _words().nothing.search(sentence) is not None


def takes_back(sentence: str) -> bool:
    """Whether a sentence, in lower case, takes back what was said before it."""
    return _words().correction.match(sentence) is not None


def stances(sentence: str, found: list[Mention]) -> list[Stance]:
    """What a sentence does with each event that it mentions.

    Args:
        sentence: in lower case.
        found: the mentions, in order.
    """
    result: list[Stance] = []
    for group in _groups(sentence, found):
        result += [_stance(sentence, group)] * len(group)
    return result


def _groups(sentence: str, found: list[Mention]) -> list[list[Mention]]:
    """The mentions, those of one list together."""
    chains: list[list[Mention]] = []
    for one in found:
        if chains and _is_glue(sentence[chains[-1][-1].end : one.start]):
            chains[-1].append(one)
        else:
            chains.append([one])
    return [group for chain in chains for group in _parted(sentence, chain)]


def _is_glue(between: str) -> bool:
    return len(between) <= _MAX_GLUE and _words().glue.fullmatch(between) is not None


def _parted(sentence: str, chain: list[Mention]) -> list[list[Mention]]:
    """A chain of names as it is if it is one list; else parted at its commas.

    "A, B or C", "A, B, C." and "A, B, or any other event" are lists; in "no A, a B is taken" a
    comma begins another clause.
    """
    words = _words()
    glues = [sentence[a.end : b.start] for a, b in pairwise(chain)]
    rest = sentence[chain[-1].end :]
    ends = rest.startswith(")") or not _LETTER.search(rest) or words.others.match(rest)
    is_list = ends or any(words.join.search(glue) for glue in glues)
    groups = [[chain[0]]]
    for one, glue in zip(chain[1:], glues, strict=True):
        has_comma = "," in glue or "，" in glue
        if (has_comma and not is_list) or words.comma_and.match(glue):
            groups.append([one])
        else:
            groups[-1].append(one)
    return groups


def _stance(sentence: str, group: list[Mention]) -> Stance:
    """What the clause around a group of mentions does with them."""
    words = _words()
    before = sentence[max(0, group[0].start - _BEFORE) : group[0].start]
    boundary = None
    for boundary in words.boundary.finditer(before):  # noqa: B007  (the last one counts)
        pass
    clause = before[boundary.end() :] if boundary else before
    if boundary and words.exception.fullmatch(boundary[0]):
        return Stance.CLAIMED
    if len(group) > 1 and boundary and boundary[0] in _LIST_BEGINS and not clause.strip():
        # "None of these: goal, foul, corner": what is before the colon is about the whole list.
        return Stance.DENIED if words.negation.search(before) else Stance.CLAIMED
    if words.negation.search(clause) or _is_denied_after(sentence, group[-1].end):
        return Stance.DENIED
    return Stance.DOUBTED if words.doubt.search(clause) else Stance.CLAIMED


def _is_denied_after(sentence: str, end: int) -> bool:
    """Whether what follows a name denies it: "is not visible", ": no", "– none"."""
    words = _words()
    if mark := _MARK.match(sentence, end):
        return text_denies(mark[mark.lastindex or 0])
    if separator := _SEPARATOR.match(sentence, end):
        value = sentence[separator.end() :][:_MAX_VALUE].strip(" *_.`\"'")
        return text_denies(value) or text_denies(value.partition(",")[0])
    next_boundary = words.boundary.search(sentence, end, end + _MAX_VALUE)
    clause = sentence[end : next_boundary.start() if next_boundary else end + _MAX_VALUE]
    return words.after.match(clause) is not None
