"""Which team a reply means: by side, by name or by shirt."""

import re
from functools import lru_cache

from touchline.prompts import MatchContext, Side
from touchline.replies.labels import folded
from touchline.replies.read_policy import ReadPolicy

_HOME = re.compile(r"\b(?:home|hosts?)\b")
_AWAY = re.compile(r"\b(?:away|visitors?|visiting|guests?)\b")
_LEFT = re.compile(r"\bleft\b")
_RIGHT = re.compile(r"\bright\b")
_OTHER = {"home": "away", "away": "home"}
_FILLERS = frozenset({"fc", "afc", "cf", "the", "team", "shirt", "shirts", "kit", "and", "with"})


def team_of(value: object, policy: ReadPolicy, context: MatchContext | None) -> str | None:
    """ "home", "away", or None where the reply names neither or both.

    Args:
        value: what the reply gives as the team.
        policy: says what "left" means.
        context: names and shirts of the two teams, where they are known.

    >>> team_of("Home team", ReadPolicy(), None), team_of("left", ReadPolicy(), None)
    ('home', 'home')
    >>> team_of("Chelsea", ReadPolicy(), None) is None
    True
    """
    if value in ("home", "away"):
        return str(value)
    if not isinstance(value, str):
        return None
    words = folded(value)
    return (
        _one_of(words, _HOME, _AWAY, "home")
        or (_by_context(words, context) if context else None)
        or (_one_of(words, _LEFT, _RIGHT, policy.left_team) if policy.left_team else None)
    )


def _one_of(words: str, first: re.Pattern[str], other: re.Pattern[str], team: str) -> str | None:
    is_first, is_other = bool(first.search(words)), bool(other.search(words))
    if is_first == is_other:
        return None
    return team if is_first else _OTHER[team]


def _by_context(words: str, context: MatchContext) -> str | None:
    """The side whose name, else whose shirt, shares more words with what was said."""
    said = frozenset(words.split()) - _FILLERS
    for fact in ("team", "kit"):
        home, away = _shared(said, context.home, fact), _shared(said, context.away, fact)
        if home != away:
            return "home" if home > away else "away"
    return None


def _shared(said: frozenset[str], side: Side, fact: str) -> int:
    known: str | None = getattr(side, fact)
    return len(said & _words(known)) if known else 0


@lru_cache(maxsize=256)
def _words(name: str) -> frozenset[str]:
    return frozenset(folded(name).split()) - _FILLERS
