"""Time, team and confidence of an event, from the sentence that names it."""

import re
from functools import cache, lru_cache
from typing import NamedTuple

from touchline.replies.grammar.keys import Role
from touchline.replies.grammar.languages import any_word, common_words, languages, team_words
from touchline.replies.raw_events import RawEvent

_NUMBER = r"\d{1,5}(?:[.,]\d{1,3})?"
_CLOCK = r"\d{1,3}:\d\d(?::\d\d)?(?:[.,]\d{1,3})?"
_KIT = re.compile(r"\bin ([a-z]{3,10})\b", re.IGNORECASE)


class SentenceFields(NamedTuple):
    """What a sentence says about its event, as it is written.

    Attributes:
        times: role and value of the moment that it names; empty where it names none.
        team: or None.
        confidence: or None.
    """

    times: tuple[tuple[Role, object], ...] = ()
    team: str | None = None
    confidence: str | None = None

    def filled(self, event: RawEvent) -> RawEvent:
        """The event with what the sentence adds to it."""
        return event._replace(
            times=self.times or event.times,
            team=event.team if self.team is None else self.team,
            confidence=event.confidence if self.confidence is None else self.confidence,
        )


class _Patterns(NamedTuple):
    time: re.Pattern[str]
    frame: re.Pattern[str]
    team: re.Pattern[str]
    confidence: re.Pattern[str]


@cache
def _patterns() -> _Patterns:
    spoken = languages()
    at = any_word([(one.prose.unspaced, one.time.at) for one in spoken])
    about = "|".join(word for one in spoken for word in one.time.about)
    units = any_word([(True, [*one.time.seconds]) for one in spoken if one.prose.unspaced])
    spaced = "|".join(u for one in spoken if not one.prose.unspaced for u in one.time.seconds)
    to = "|".join(word for one in spoken for word in one.time.to)
    frames = any_word([(one.prose.unspaced, one.time.frame) for one in spoken])
    scores = "|".join(k for one in spoken for k in one.keys.get("confidence", ()))
    rest = rf"(?: ?(?:-|–|{to}) ?{_NUMBER})?"
    sides = {side for side in team_words() if len(side) > 1} - common_words()
    is_wide = any_word(
        [
            (False, [re.escape(side) for side in sides if side[0] < "\u2e80"]),
            (True, [side for side in sides if side[0] >= "\u2e80"]),
        ]
    )
    return _Patterns(
        time=re.compile(
            rf"(?:{at})[ :=]{{0,3}}(?:(?:{about}) ){{0,2}}(?P<at>{_CLOCK}|{_NUMBER})"
            r"(?![\w.,:]*\d)(?! ?(?:yards?|m|met(?:er|re)s?|players?|%)(?!\w))"
            rf"|(?<![\w.,:])(?P<seconds>{_NUMBER}){rest} ?(?:(?:{spaced})(?!\w)|{units})"
            rf"|(?<![\d:])(?P<clock>{_CLOCK})(?![\d:])"
            rf"|(?P<cjk>{_NUMBER}) ?(?:{units})"
            rf"|\bt ?= ?(?P<t>{_NUMBER})|^\W{{0,3}}\[(?P<bracket>{_NUMBER})[ s]{{0,3}}[],–-]",
            re.IGNORECASE,
        ),
        frame=re.compile(rf"(?:{frames})[ :#]{{0,3}}(\d{{1,7}})", re.IGNORECASE),
        team=re.compile(rf"{is_wide}|\b(?:left|right)\b", re.IGNORECASE),
        confidence=re.compile(
            rf"\b(?:confidence|{scores})[ \w]{{0,12}}?[ :=(]{{1,3}}"
            r"(?P<after>\d{1,3}(?:\.\d+)?(?:%|\b)|high|medium|low)"
            r"|\b(?P<before>\d{1,3}(?:\.\d+)?%|very high|high|medium|low) confidence",
            re.IGNORECASE,
        ),
    )


@lru_cache(maxsize=1024)
def sentence_fields(sentence: str) -> SentenceFields:
    """What a sentence says about its event.

    >>> sentence_fields("Foul by the home team at 1.4 s (confidence: 0.8)")[1:]
    ('home', '0.8')
    >>> sentence_fields("Einwurf bei 1,4 s").times
    ((<Role.TIME: 'time'>, '1,4'),)
    """
    patterns = _patterns()
    times: tuple[tuple[Role, object], ...] = ()
    if frame := patterns.frame.search(sentence):
        times = ((Role.FRAME, frame[1]),)
    elif time := patterns.time.search(sentence):
        times = ((Role.TIME, next(filter(None, time.groups()))),)
    sides = {team_words().get(w[0].casefold(), w[0]) for w in patterns.team.finditer(sentence)}
    team = sides.pop() if len(sides) == 1 else None
    if team is None and not sides and (kit := _KIT.search(sentence)):
        team = kit[1]
    found = patterns.confidence.search(sentence)
    return SentenceFields(times, team, (found["after"] or found["before"]) if found else None)
