"""The reply describes in sentences what happens, as those of Phi and LLaVA do."""

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

from touchline.games import Task, normalize_name
from touchline.replies.parsers.sentence_fields import sentence_fields
from touchline.replies.raw_events import RawEvent
from touchline.replies.truncation import truncate_middle

_MAX_CHARACTERS = 8_000
_BEFORE = 60
_SENTENCE = re.compile(r"[^.!?\n]{1,600}(?:\.\d[^.!?\n]{0,300})*")
_NOT = re.compile(r"\b(?:no|not|without|never|neither|nor|if|looking for|such as)\b|n't\b", re.I)
_CLAUSE_ENDS = re.compile(r"[,;:]|\b(?:but|however|instead|then)\b", re.I)
_PERHAPS = re.compile(r"\b(?:possibl[ey]|potential(?:ly)?|might|may|could|perhaps)\b", re.I)


def _any_of(names: Iterable[str]) -> str:
    longest_first = sorted(names, key=lambda name: (-len(name), name))
    return "|".join(r"[\W_]{1,3}".join(map(re.escape, name.split())) for name in longest_first)


class _Patterns(NamedTuple):
    """The regular expressions that find a task's events in sentences.

    Attributes:
        named: names of classes, without those that are common words.
        leading: a name at the beginning.
        phrases: what sentences say instead of a name, and the name that it stands for.
    """

    named: re.Pattern[str]
    leading: re.Pattern[str]
    phrases: tuple[tuple[re.Pattern[str], str], ...]


@lru_cache(maxsize=8)
def _patterns(task: Task) -> _Patterns:
    rules = task.reading
    names = {*task.known_names(), *rules.ambiguous, *rules.other_events}
    return _Patterns(
        named=re.compile(
            rf"\b(?P<name>{_any_of(names - rules.common_words)})(?:s|es)?\b", re.IGNORECASE
        ),
        leading=re.compile(
            r"^\W{0,4}(?:[\d:.]{1,8}\s?s?(?:ec\w*)?\W{1,4})?(?:(?:event|label|type)\W{1,4})?"
            rf"(?P<name>{_any_of(names)})\b(?! (?:area|box|post|line|flag|net))",
            re.IGNORECASE,
        ),
        phrases=tuple((re.compile(regex, re.IGNORECASE), name) for regex, name in rules.phrases),
    )


def leading_name(text: str, task: Task) -> str | None:
    """The name of an event that a text begins with, or None.

    >>> from touchline.games import SOCCERNET_V2
    >>> leading_name("Goal: the striker heads it in", SOCCERNET_V2)
    'Goal'
    >>> leading_name("The goal is empty", SOCCERNET_V2) is None
    True
    """
    found = _patterns(task).leading.match(text)
    return found["name"] if found else None


def parse_prose(text: str, task: Task, limit: int) -> list[RawEvent] | None:
    """One event for each class that sentences name or describe, unless they deny it."""
    events: dict[str, RawEvent] = {}
    for found in _SENTENCE.finditer(truncate_middle(text, _MAX_CHARACTERS)):
        for label, start in _events_in(found[0], task):
            event = task.canonical_class(label) or normalize_name(label)
            if event in events or event in task.reading.other_events:
                continue
            before = _CLAUSE_ENDS.split(found[0][max(0, start - _BEFORE) : start])[-1]
            if not _NOT.search(before):
                confidence = {"confidence": "possible"} if _PERHAPS.search(before) else {}
                events[event] = RawEvent(label, confidence | sentence_fields(found[0]))
    return list(events.values())[:limit] or None


def _events_in(sentence: str, task: Task) -> list[tuple[str, int]]:
    """Every event that a sentence names or describes, with its position, in order."""
    patterns = _patterns(task)
    events = [(found["name"], found.start()) for found in patterns.named.finditer(sentence)]
    first = patterns.leading.match(sentence)
    if first and first.start("name") not in {start for _, start in events}:
        events.append((first["name"], first.start("name")))
    for pattern, label in patterns.phrases:
        events.extend((label, found.start()) for found in pattern.finditer(sentence))
    return sorted(events, key=lambda event: event[1])
