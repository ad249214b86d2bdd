"""Games, halves and labels. Times are integer milliseconds from the start of the half."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

TEAM_PAIRS = (("home", "away"), ("left", "right"))
"""The names that tasks have for the two teams of a game: by whose ground it is, or by the side of
the pitch that they defend first in the video."""

NO_TEAM = "not applicable"
"""The team of a label that has none."""

TEAMS = (*TEAM_PAIRS[0], NO_TEAM)
"""The teams of a label in SoccerNet-v2."""

TEAM_SIGNS = {name: sign for pair in TEAM_PAIRS for name, sign in zip(pair, (1, -1), strict=True)}
"""1 for the first team of a pair, and -1 for the second."""


def team_pair(teams: Iterable[str | None]) -> tuple[str, str]:
    """The pair that some names of teams are of, or the first one where none of them is a team.

    >>> team_pair([None, "left"])
    ('left', 'right')
    """
    named = set(teams)
    return next((pair for pair in TEAM_PAIRS if named.intersection(pair)), TEAM_PAIRS[0])


def team_of_sign(lead: float, pair: tuple[str, str]) -> str | None:
    """The team of a pair that a sum of `TEAM_SIGNS` is for, or None where it is for neither."""
    return None if lead == 0 else pair[0] if lead > 0 else pair[1]


class Label(NamedTuple):
    """One annotated event: the truth that spots are judged against.

    A tuple for the reason that `Spot` is one.

    Attributes:
        half: the number of the period, from 1; 1 where a game has none.
        position_ms: milliseconds from the start of the half.
        label: one of the class names of the task.
        team: one of the task's teams, or "not applicable".
        visible: False when the event is only implied by what is shown ("not shown").
    """

    half: int
    position_ms: int
    label: str
    team: str = "not applicable"
    visible: bool = True


@dataclass(frozen=True, slots=True)
class Half:
    """One half of a game and its video.

    Attributes:
        game: the id of the game it belongs to.
        number: of the period, from 1; 1 where a game has none.
        video: the video file.
    """

    game: str
    number: int
    video: Path


def check_game_id(game: str) -> str:
    """The id of a game that may become a folder: relative, and with names only.

    Raises:
        ValueError: it leads elsewhere.

    >>> check_game_id("england_epl/2014-2015/2015-02-21 - 18-00 A 1 - 0 B")[:11]
    'england_epl'
    """
    parts = game.split("/")
    odd = any(
        part in ("", ".", "..") or len(part.encode("utf-8", "replace")) > 255 for part in parts
    )
    if odd or "\\" in game or not game.isprintable():
        raise ValueError("the id of a game is a path of names, such as 'league/season/game'")
    return game


@dataclass(frozen=True, slots=True)
class Game:
    """One match.

    Attributes:
        id: "league/season/game" relative to the data root, with forward slashes; for a single
            video file, the file's stem.
        halves: the halves that have a video, in order.
        labels: the truth of all halves in time order, or None where the game has no labels.
    """

    id: str
    halves: tuple[Half, ...]
    labels: tuple[Label, ...] | None
