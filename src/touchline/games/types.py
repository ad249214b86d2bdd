"""The nouns of a match. Times are integer milliseconds from the start of the half."""

from dataclasses import dataclass
from pathlib import Path

TEAMS = ("home", "away", "not applicable")


@dataclass(frozen=True, slots=True)
class Label:
    """One annotated event: the truth that spots are judged against.

    Attributes:
        half: 1 or 2.
        position_ms: milliseconds from the start of the half.
        label: one of the 17 official class names.
        team: "home", "away" or "not applicable".
        visible: False when the annotators saw the event only implied ("not shown").
    """

    half: int
    position_ms: int
    label: str
    team: str = "not applicable"
    visible: bool = True


@dataclass(frozen=True, slots=True)
class Half:
    """One half of a game and the file that shows it.

    Attributes:
        game: the id of the game it belongs to.
        number: 1 or 2.
        video: the video file.
    """

    game: str
    number: int
    video: Path


@dataclass(frozen=True, slots=True)
class Game:
    """One match.

    Attributes:
        id: "league/season/game" relative to the data root, with forward slashes; for a single
            video file, the file's stem.
        halves: the halves that have a video, in order.
        labels: the truth of both halves in time order, or None where nobody labelled the game.
    """

    id: str
    halves: tuple[Half, ...]
    labels: tuple[Label, ...] | None
