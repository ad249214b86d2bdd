"""What the id of a game says: when it was played, and by whom."""

import re
from typing import NamedTuple

_NAME = re.compile(
    r"(?P<date>\d{4}-\d\d-\d\d)(?: - \d\d-\d\d)?(?: -)? (?P<home>\S.*?)(?: \d{1,2})? - "
    r"(?:\d{1,2} )?(?P<away>\S.*)"
)


class GameName(NamedTuple):
    """The teams of a game and its date; never its score."""

    date: str
    home: str
    away: str


def parse_game_name(game: str) -> GameName | None:
    """Teams and date in a game's id, or None where it is not named as SoccerNet's are.

    >>> parse_game_name("england_epl/2014-2015/2015-02-21 - 18-00 Chelsea 1 - 1 Burnley")
    GameName(date='2015-02-21', home='Chelsea', away='Burnley')
    """
    found = _NAME.fullmatch(game.rsplit("/", 1)[-1].strip())
    return GameName(found["date"], found["home"], found["away"]) if found else None


_SCORE = re.compile(r"\S (\d{1,2}) - (\d{1,2}) \S")


def score_in_name(game: str) -> tuple[int, int] | None:
    """The goals of both sides in a game's id, or None where it has none.

    >>> score_in_name("england_epl/2014-2015/2015-02-21 - 18-00 Chelsea 1 - 1 Burnley")
    (1, 1)
    """
    found = _SCORE.search(game.rsplit("/", 1)[-1])
    return (int(found[1]), int(found[2])) if found else None
