"""An event as files of any format hold it, and the events of one video."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import NamedTuple

from touchline.games import NO_TEAM, TEAM_PAIRS, Label
from touchline.spots.types import Spot

TEAM_NAMES = tuple(name for pair in TEAM_PAIRS for name in pair)


class MatchEvent(NamedTuple):
    """A label or a spot, between two formats.

    Attributes:
        half: number of the period, from 1.
        position_ms: milliseconds from the start of the half.
        label: name of the class.
        team: "home", "away", "left", "right", or None where it is not known.
        confidence: of a spot, from 0 to 1; None for a label.
        visible: False for a label that is only implied by what is shown.
        player: number on the shirt, or "".
    """

    half: int
    position_ms: int
    label: str
    team: str | None = None
    confidence: float | None = None
    visible: bool = True
    player: str = ""


@dataclass(frozen=True, slots=True)
class VideoEvents:
    """The events of one half, which is one video.

    Attributes:
        game: id of the game, such as "league/season/game".
        half: number of the period, from 1.
        events: its events in time order.
        video: path or address of the video, or "".
        duration_ms: length of the video, where it is known.
        starts_at: when the video begins, in UTC, where it is known.
        fps: frames per second of the video, where it is known.
        game_is_guess: whether the game is only called after the file or folder that the
            events are in; None where the reader of a format does not know.
    """

    game: str
    half: int
    events: tuple[MatchEvent, ...]
    video: str = ""
    duration_ms: int | None = None
    starts_at: datetime | None = None
    fps: float | None = None
    game_is_guess: bool | None = field(default=None, compare=False)

    @property
    def has_spots(self) -> bool:
        """Whether its events have confidences."""
        return any(event.confidence is not None for event in self.events)

    @property
    def key(self) -> str:
        """What tells it from others in one file: the game and the half."""
        return f"{self.game}/{self.half}"

    def with_events(self, events: Iterable[MatchEvent]) -> "VideoEvents":
        """The same video with other events."""
        return replace(self, events=in_order(events))


def in_order(events: Iterable[MatchEvent]) -> tuple[MatchEvent, ...]:
    """Events by half, time and class."""
    return tuple(sorted(events, key=lambda event: (event.half, event.position_ms, event.label)))


def event_of_label(label: Label) -> MatchEvent:
    """A label as an event."""
    return MatchEvent(
        label.half, label.position_ms, label.label, _team(label.team), None, label.visible
    )


def event_of_spot(spot: Spot) -> MatchEvent:
    """A spot as an event."""
    return MatchEvent(spot.half, spot.position_ms, spot.label, _team(spot.team), spot.confidence)


def label_of_event(event: MatchEvent) -> Label:
    """An event as a label."""
    team = event.team or NO_TEAM
    return Label(event.half, event.position_ms, event.label, team, event.visible)


def spot_of_event(event: MatchEvent) -> Spot:
    """An event as a spot; a label counts as certain."""
    sure = 1.0 if event.confidence is None else event.confidence
    return Spot(event.half, event.position_ms, event.label, event.team, sure)


def by_half(game: str, events: Iterable[MatchEvent]) -> list[VideoEvents]:
    """The events of a game as those of its halves; a game without events has one half."""
    halves: dict[int, list[MatchEvent]] = {}
    for event in events:
        halves.setdefault(event.half, []).append(event)
    return [VideoEvents(game, half, in_order(halves[half])) for half in sorted(halves)] or [
        VideoEvents(game, 1, ())
    ]


def _team(team: str | None) -> str | None:
    return None if team == NO_TEAM else team or None
