"""Games, halves and labels. Times are integer milliseconds from the start of the half."""

from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

TEAMS = ("home", "away", "not applicable")


class Label(NamedTuple):
    """One annotated event: the truth that spots are judged against.

    A tuple for the reason that `Spot` is one.

    Attributes:
        half: 1 or 2.
        position_ms: milliseconds from the start of the half.
        label: one of the class names of the task.
        team: "home", "away" or "not applicable".
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
        number: 1 or 2.
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
        labels: the truth of both halves in time order, or None where the game has no labels.
    """

    id: str
    halves: tuple[Half, ...]
    labels: tuple[Label, ...] | None
