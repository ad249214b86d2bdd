"""The team that a reply means: by side, by name or by kit."""

import re
from functools import cache, lru_cache

from touchline.games import TEAM_PAIRS
from touchline.prompts import MatchContext, Side
from touchline.replies.class_names import normalized
from touchline.replies.grammar.languages import any_word, team_words
from touchline.replies.read_policy import ReadPolicy

_LEFT = re.compile(r"\bleft\b")
_RIGHT = re.compile(r"\bright\b")
_OTHER = {name: other for pair in TEAM_PAIRS for name, other in (pair, pair[::-1])}
_SIDES_OF_PITCH = TEAM_PAIRS[1]
_FILLERS = frozenset({"fc", "afc", "cf", "the", "team", "shirt", "shirts", "kit", "and", "with"})


def parse_team(
    value: object,
    policy: ReadPolicy,
    context: MatchContext | None,
    teams: tuple[str, ...] = TEAM_PAIRS[0],
) -> str | None:
    """One of a task's teams, or None where the reply names neither or both.

    Args:
        value: the team as the reply gives it.
        policy: decides what "left" means where teams are home and away.
        context: names and kits of the two teams, where they are known.
        teams: of the task.

    >>> parse_team("Home team", ReadPolicy(), None), parse_team("left", ReadPolicy(), None)
    ('home', 'home')
    >>> parse_team("visitante", ReadPolicy(), None), parse_team("主队", ReadPolicy(), None)
    ('away', 'home')
    >>> parse_team("Chelsea", ReadPolicy(), None) is None
    True
    >>> parse_team("the left team", ReadPolicy(), None, ("left", "right"))
    'left'
    """
    if value in teams:
        return str(value)
    if not isinstance(value, str) or not teams:
        return None
    words = normalized(value)
    if teams == _SIDES_OF_PITCH:
        return _one_of(words, _LEFT, _RIGHT, teams[0])
    home, away = _sides()
    return (
        _one_of(words, home, away, "home")
        or (_by_context(words, context) if context else None)
        or (_one_of(words, _LEFT, _RIGHT, policy.left_team) if policy.left_team else None)
    )


def names_a_side(text: str) -> bool:
    """Whether a text is only the name of a side.

    >>> names_a_side("Home"), names_a_side("home team"), names_a_side("a home win")
    (True, True, False)
    """
    words = normalized(text).removesuffix(" team")
    return words in team_words() or words in ("left", "right")


@cache
def _sides() -> tuple[re.Pattern[str], re.Pattern[str]]:
    """What names the home side, and what names the other."""
    by_side: dict[str, list[str]] = {"home": [], "away": []}
    for word, side in team_words().items():
        by_side[side].append(word)
    home, away = (
        re.compile(
            any_word(
                [
                    (False, [re.escape(one) for one in words if one[0] < "\u2e80"]),
                    (True, [re.escape(one) for one in words if one[0] >= "\u2e80"]),
                ]
            )
        )
        for words in by_side.values()
    )
    return home, away


def _one_of(words: str, first: re.Pattern[str], other: re.Pattern[str], team: str) -> str | None:
    is_first, is_other = bool(first.search(words)), bool(other.search(words))
    if is_first == is_other:
        return None
    return team if is_first else _OTHER[team]


def _by_context(words: str, context: MatchContext) -> str | None:
    """The side whose name, else whose kit, shares more words with the reply's."""
    given = frozenset(words.split()) - _FILLERS
    for fact in ("team", "kit"):
        home, away = _shared(given, context.home, fact), _shared(given, context.away, fact)
        if home != away:
            return "home" if home > away else "away"
    return None


def _shared(words: frozenset[str], side: Side, fact: str) -> int:
    known: str | None = getattr(side, fact)
    return len(words & _words(known)) if known else 0


@lru_cache(maxsize=256)
def _words(name: str) -> frozenset[str]:
    return frozenset(normalized(name).split()) - _FILLERS
