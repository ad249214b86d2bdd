"""Where a sentence names events: by a class's name or alias, or by a phrase that means one."""

import re
from collections.abc import Iterable
from functools import cache, lru_cache
from typing import NamedTuple

from touchline.games import Task
from touchline.replies.grammar.languages import any_word, languages, prose_words
from touchline.replies.grammar.vocabulary import known_name

_FIRST_CJK = "\u2e80"
_NOT_THE_EVENT = (
    r"(?! (?:area|box|posts?|line|flag|net|mouth|keeper|difference|of the (?:box|area|field|pitch)"
    r"|side))"
)
_AFTER_A_COMMON_WORD = re.compile(
    r"\s*(?:$|[^\w\s]|\d|(?:at|by|for|is|was|has|occurs?|scored|taken|given|awarded|from|in|not"
    r"|kick|shown|between|around|near|during|with|seen|detected|observed|happens|event|on|bei|en|à"
    r"|aos|a los|no|do|da|de|del|der|des|du|par|por|pelo|para|pour|für|von)\b)"
)
_MAX_LEAD_IN = 60
_MAX_ARTICLE = 20
_WORD = re.compile(r"[^\W\d_]+")
_IN_A_LIST = re.compile(r"[,;|]\s*$")
_VALUE_FOLLOWS = re.compile(r"\s*[:=：]")


class Mention(NamedTuple):
    """One place of a sentence that names an event.

    Attributes:
        name: what it stands for, normalized or as the task's file has it.
        start: of the place.
        end: of the place.
        is_common: whether the name is a word that also means something else.
        is_phrase: whether the sentence describes the event instead of naming it.
    """

    name: str
    start: int
    end: int
    is_common: bool = False
    is_phrase: bool = False


class _Patterns(NamedTuple):
    names: re.Pattern[str]
    phrases: tuple[tuple[re.Pattern[str], str], ...]


def _alternatives(names: Iterable[str]) -> str:
    longest_first = sorted(names, key=lambda name: (-len(name), name))
    return "|".join(r"[ _\-–/>'’]{1,3}".join(map(re.escape, n.split())) for n in longest_first)


@lru_cache(maxsize=8)
def _patterns(task: Task) -> _Patterns:
    rules = task.reading
    names = {*task.known_names(), *rules.ambiguous, *rules.other_events}
    # The French "but" is a goal, and the English one is not.
    contrasts = {word for one in languages() for word in one.prose.contrasts}
    names = {name for name in names - contrasts if name and not name.startswith("no ")}
    wide = {name for name in names if name[0] >= _FIRST_CJK}
    by_first: dict[str, list[str]] = {}
    for name in names - wide:
        by_first.setdefault(name[0], []).append(name)
    # Grouped by their first letter, most names are ruled out by one comparison.
    spaced = "|".join(
        f"(?={re.escape(first)})(?:{_alternatives(by_first[first])})" for first in sorted(by_first)
    )
    return _Patterns(
        names=re.compile(
            rf"(?<!\w)(?:{spaced or '(?!)'})(?:s|es)?(?!\w){_NOT_THE_EVENT}"
            rf"|(?:{_alternatives(wide) or '(?!)'})"
        ),
        phrases=tuple((re.compile(regex, re.IGNORECASE), name) for regex, name in rules.phrases),
    )


def mentions(sentence: str, task: Task) -> list[Mention]:
    """Every place of a sentence that names an event, in order; phrases go before their words.

    Args:
        sentence: in lower case.
        task: its names, in all languages where it comes from `in_all_languages`.

    >>> from touchline.games import SOCCERNET_V2
    >>> [one.name for one in mentions("a foul, then he scores a goal", SOCCERNET_V2)]
    ['foul', 'Goal']
    """
    patterns = _patterns(task)
    found = [
        Mention(name, one.start(), one.end(), is_phrase=True)
        for pattern, name in patterns.phrases
        for one in pattern.finditer(sentence)
    ]
    taken = [(one.start, one.end + 2) for one in found]  # "scores a" goes on with "goal"
    common = task.reading.common_words
    for one in patterns.names.finditer(sentence):
        if taken and any(start < one.end() and one.start() < end for start, end in taken):
            continue
        name = known_name(one[0], task)
        is_common = (name in common or one[0] in common) and not _is_meant(sentence, one)
        if not (is_common and sentence[: one.start()].endswith(("the ", "his ", "their ", "'s "))):
            found.append(Mention(name, one.start(), one.end(), is_common))
    return sorted(found, key=lambda one: one.start)


def _is_meant(sentence: str, found: re.Match[str]) -> bool:
    """Whether a sentence means the event with a common word: it leads, happens, or is seen then."""
    words = _words_after()
    if _leads(sentence, found) or words.happens.match(sentence, found.end()):
        return True
    return (
        words.article.search(sentence, max(0, found.start() - _MAX_ARTICLE), found.start())
        is not None
        and words.at_a_moment.match(sentence, found.end()) is not None
    )


class _WordsAfter(NamedTuple):
    """What shows that a common word is an event: "happens", or "a … is visible at 3 s"."""

    happens: re.Pattern[str]
    article: re.Pattern[str]
    at_a_moment: re.Pattern[str]


@cache
def _words_after() -> _WordsAfter:
    happens, seen = prose_words("happens"), prose_words("seen")
    at = any_word([(one.prose.unspaced, one.time.at) for one in languages()])
    frame = any_word([(one.prose.unspaced, one.time.frame) for one in languages()])
    return _WordsAfter(
        happens=re.compile(rf"\s*(?:{happens})"),
        article=re.compile(rf"(?:{prose_words('one')})\s+$"),
        at_a_moment=re.compile(
            rf"\s*(?:{seen})?[ ,]*(?:(?:in|en|im|à|no)\s+)?(?:{at}|{frame})\D{{0,24}}\d"
        ),
    )


def _leads(sentence: str, found: re.Match[str]) -> bool:
    """Whether a common word begins the sentence as a name would: "Goal at 1.4 s", "Goal: no"."""
    if _VALUE_FOLLOWS.match(sentence, found.end()) and _IN_A_LIST.search(
        sentence, max(0, found.start() - 3), found.start()
    ):
        return True
    return (
        _is_lead_in(sentence, found.start())
        and _AFTER_A_COMMON_WORD.match(sentence, found.end()) is not None
    )


def _is_lead_in(sentence: str, end: int) -> bool:
    """Whether a sentence has only a moment or "Event:" before a place: "From 5 to 7 s: corner"."""
    return end <= _MAX_LEAD_IN and _lead_in_words().issuperset(_WORD.findall(sentence, 0, end))


@cache
def _lead_in_words() -> frozenset[str]:
    words = {"s", "t", "ts", "m", "min", "from", "to", "x", "秒", "第", "在", "帧"}
    for one in languages():
        listed = (*one.lead_ins, *one.time.at, *one.time.seconds, *one.time.to, *one.time.frame)
        # One letter is an article somewhere: "a" is a preposition in Spanish.
        words |= {word for word in listed if len(word) > 1 and _WORD.fullmatch(word)}
    return frozenset(words)


def leading_mention(text: str, task: Task) -> Mention | None:
    """The mention that a text begins with, or None.

    >>> from touchline.games import SOCCERNET_V2
    >>> leading_mention("goal: the striker heads it in", SOCCERNET_V2).name
    'goal'
    >>> leading_mention("the goal is empty", SOCCERNET_V2) is None
    True
    """
    patterns = _patterns(task)
    found = patterns.names.search(text)
    if found is None or not _is_lead_in(text, found.start()):
        return None
    name = known_name(found[0], task)
    if name in task.reading.common_words and not _leads(text, found):
        return None
    return Mention(name, found.start(), found.end())
