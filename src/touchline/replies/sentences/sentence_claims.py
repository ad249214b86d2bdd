"""The events that a text claims in its sentences."""

import re
from dataclasses import dataclass, field
from functools import lru_cache

from touchline.games import Task, normalize_name
from touchline.replies.grammar.assertions import text_affirms
from touchline.replies.raw_events import RawEvent
from touchline.replies.sentences.clauses import Stance, says_nothing, stances, takes_back
from touchline.replies.sentences.mentions import Mention, mentions
from touchline.replies.sentences.sentence_fields import SentenceFields, sentence_fields

SENTENCE = "sentence"
PHRASE = "phrase"
_QUESTION_MARKS = ("?", "？")
_ANSWER = re.compile(
    r"[?？][\s\"'*)]{0,4}(?:a(?:nswer)?: ?)?(\w{1,12})"
    r"(?:[.,;! ][^.!?;\n]{0,80}(?:\.\d[^.!?;\n]{0,80})?)?"
)
_CACHED_SENTENCES = 1024
_SENTENCE = re.compile(r"[^.!?;\n。！？；]{1,600}(?:\.\d[^.!?;\n。！？；]{0,300})*")


@dataclass(slots=True)
class SentenceClaims:
    """What a text says about events.

    Attributes:
        events: that it claims, each once.
        denies: whether it denies any.
        says_none: whether it says that there is no event at all, or no other.
    """

    events: list[RawEvent] = field(default_factory=list)
    denies: bool = False
    says_none: bool = False


def read_sentences(text: str, task: Task, limit: int) -> SentenceClaims:
    """What the sentences of a text say about events.

    An event that is named again is the same one, unless it is named with another time. One with
    "might" or "possibly" has the confidence "possible".

    Args:
        text: of any language that touchline knows.
        task: names the events.
        limit: the largest number of events.

    >>> from touchline.games import SOCCERNET_V2
    >>> found = read_sentences("No foul, but a corner kick at 1.4 s.", SOCCERNET_V2, 9)
    >>> [one.label for one in found.events], found.denies
    (['Corner'], True)
    """
    lowered = text.lower()
    written = text if len(lowered) == len(text) else lowered
    claims = SentenceClaims()
    classes: dict[str, list[int]] = {}
    for found in _SENTENCE.finditer(lowered):
        sentence, end = found[0], found.end()
        if lowered[end : end + 1] in _QUESTION_MARKS and not _is_affirmed(lowered, end):
            # What is asked is no claim; with a "yes" after it, it is.
            claims.denies = claims.denies or bool(mentions(sentence, task))
            continue
        answer = _ANSWER.match(lowered, end)
        place = written[found.start() : answer.end() if answer else end]
        _read_sentence(sentence, place, task, claims, classes)
        if len(claims.events) >= limit:
            break
    claims.events = [one for one in claims.events if one.label][:limit]
    return claims


def _is_affirmed(text: str, question_end: int) -> bool:
    """Whether a yes follows a question."""
    answer = _ANSWER.match(text, question_end)
    return answer is not None and text_affirms(answer[1])


def _read_sentence(
    sentence: str, written: str, task: Task, claims: SentenceClaims, classes: dict[str, list[int]]
) -> None:
    found, judged, is_none = _judged(sentence, task)
    claims.says_none = claims.says_none or is_none
    takes = (is_none or Stance.DENIED in judged) and takes_back(sentence)
    if takes and is_none:
        _withdraw(claims, [place for places in classes.values() for place in places])
        classes.clear()
    whole: SentenceFields | None = None
    for number, (one, stance) in enumerate(zip(found, judged, strict=True)):
        name = task.canonical_class(one.name) or normalize_name(one.name)
        if name in task.reading.other_events:
            continue
        if stance is Stance.DENIED:
            claims.denies = True
            if takes:
                _withdraw(claims, classes.pop(name, []))
        elif not one.is_common:
            whole = whole or sentence_fields(written)
            event = _event(written, found, number, stance, whole)
            _add(event, claims, classes.setdefault(name, []))


@lru_cache(maxsize=_CACHED_SENTENCES)
def _judged(sentence: str, task: Task) -> tuple[list[Mention], list[Stance], bool]:
    """What a sentence mentions, what it does with each, and whether it says that nothing happens.

    Cached, since a loop repeats its sentences.
    """
    found = mentions(sentence, task)
    return found, stances(sentence, found), says_nothing(sentence)


def _event(
    written: str, found: list[Mention], number: int, stance: Stance, fields: SentenceFields
) -> RawEvent:
    """An event with what its part of the sentence says about it, else the whole sentence."""
    one = found[number]
    if len(found) > 1:
        end = found[number + 1].start if number + 1 < len(found) else len(written)
        part = sentence_fields(written[one.start if number else 0 : end])
        fields = SentenceFields(
            part.times or fields.times,
            part.team or fields.team,
            part.confidence or fields.confidence,
        )
    label = one.name if one.is_phrase else written[one.start : one.end]
    rule = PHRASE if one.is_phrase else SENTENCE
    event = fields.filled(RawEvent(label, rule=rule))
    if event.confidence is None and stance is Stance.DOUBTED:
        return event._replace(confidence="possible")
    return event


def _add(event: RawEvent, claims: SentenceClaims, places: list[int]) -> None:
    """An event, unless it is one of the same class that was claimed before."""
    for place in places:
        earlier = claims.events[place]
        if not event.times or not earlier.times or event.times == earlier.times:
            claims.events[place] = earlier._replace(
                times=earlier.times or event.times,
                team=event.team if earlier.team is None else earlier.team,
                confidence=(event.confidence if earlier.confidence is None else earlier.confidence),
            )
            return
    places.append(len(claims.events))
    claims.events.append(event)


def _withdraw(claims: SentenceClaims, places: list[int]) -> None:
    for place in places:
        claims.events[place] = RawEvent("")
    claims.denies = True
