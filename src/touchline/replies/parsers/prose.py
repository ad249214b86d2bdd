"""The reply tells in sentences what happens, as Phi and LLaVA do."""

import re

from touchline.games import ALIASES, CLASSES, canonical_class, fold
from touchline.replies.detections import Claim
from touchline.replies.labels import AMBIGUOUS, NO_CLASS
from touchline.replies.parsers.beside import beside
from touchline.replies.truncation import shortened

_LONGEST = 8_000
_BEFORE = 60
_TOO_COMMON = frozenset(
    {"goal", "red", "yellow", "clear", "sub", "card", "cards", "shot", "shots", "corner", "throw"}
)
"""Words that a sentence uses without meaning the event: "towards the goal", "a player in red"."""

_VERBS: tuple[tuple[str, str], ...] = (
    (r"\bscor(?:es?|ed|ing)(?: (?:a|the|his|her|their|an own|from|with))\b", "Goal"),
    (r"\bgoal (?:is |was |has been )?(?:scored|given|awarded)\b", "Goal"),
    (r"\bfouls (?:an?|the|his)\b|\b(?:is|was|gets|been) fouled\b", "Foul"),
    (r"\b(?:tak(?:es?|ing|en)|a) corner\b(?! (?:flag|of|post|area))", "Corner"),
    (r"\b(?:tak(?:es?|ing|en)|attempts?) (?:a|the) shot\b(?! (?:on|off|wide))", "Shot"),
    (r"\b(?:is|was|gets|been) (?:substituted|replaced by)\b", "Substitution"),
    (r"\bclears? the ball\b", "Clearance"),
    (r"\bball (?:goes|went|is|was|rolls|has gone) out\b", "Ball out of play"),
    (r"\b(?:is |was )?(?:caught |flagged )offside\b", "Offside"),
)
"""What sentences say in place of a class's name."""

_NAMES = {fold(name) for name in CLASSES} | set(ALIASES) | set(AMBIGUOUS) | NO_CLASS
_SENTENCE = re.compile(r"[^.!?\n]{1,600}(?:\.\d[^.!?\n]{0,300})*")
_NOT = re.compile(r"\b(?:no|not|without|never|neither|nor|if|looking for|such as)\b|n't\b", re.I)
_CLAUSE_ENDS = re.compile(r"[,;:]|\b(?:but|however|instead|then)\b", re.I)
_PERHAPS = re.compile(r"\b(?:possibl[ey]|potential(?:ly)?|might|may|could|perhaps)\b", re.I)


def _any_of(names: set[str] | frozenset[str]) -> str:
    longest_first = sorted(names, key=lambda name: (-len(name), name))
    return "|".join(r"[\W_]{1,3}".join(map(re.escape, name.split())) for name in longest_first)


_NAMED = re.compile(rf"\b(?P<name>{_any_of(_NAMES - _TOO_COMMON)})(?:s|es)?\b", re.I)
_FIRST = re.compile(
    r"^\W{0,4}(?:[\d:.]{1,8}\s?s?(?:ec\w*)?\W{1,4})?(?:(?:event|label|type)\W{1,4})?"
    rf"(?P<name>{_any_of(_NAMES)})\b(?! (?:area|box|post|line|flag|net))",
    re.I,
)
_SAID = tuple((re.compile(pattern, re.I), label) for pattern, label in _VERBS)


def named_first(text: str) -> str | None:
    """The name of an event that a text begins with, or None.

    >>> named_first("Goal: the striker heads it in"), named_first("The goal is empty")
    ('Goal', None)
    """
    found = _FIRST.match(text)
    return found["name"] if found else None


def prose(text: str, most: int) -> list[Claim] | None:
    """One event for each class that sentences name or tell, unless they deny it.

    >>> [claim.label for claim in prose("A player commits a foul. No card is shown.", 10)]
    ['foul']
    >>> prose("A player dribbles towards the goal.", 10) is None
    True
    """
    claims: dict[str, Claim] = {}
    for found in _SENTENCE.finditer(shortened(text, _LONGEST)):
        for label, start in _told(found[0]):
            event = canonical_class(label) or fold(label)
            if event in claims or event in NO_CLASS:
                continue
            before = _CLAUSE_ENDS.split(found[0][max(0, start - _BEFORE) : start])[-1]
            if not _NOT.search(before):
                sure = {"confidence": "possible"} if _PERHAPS.search(before) else {}
                claims[event] = Claim(label, sure | beside(found[0]))
    return list(claims.values())[:most] or None


def _told(sentence: str) -> list[tuple[str, int]]:
    """Every event that a sentence names or tells, with its place, in order."""
    told = [(found["name"], found.start()) for found in _NAMED.finditer(sentence)]
    first = _FIRST.match(sentence)
    if first and first.start("name") not in {start for _, start in told}:
        told.append((first["name"], first.start("name")))
    for pattern, label in _SAID:
        told.extend((label, found.start()) for found in pattern.finditer(sentence))
    return sorted(told, key=lambda item: item[1])
