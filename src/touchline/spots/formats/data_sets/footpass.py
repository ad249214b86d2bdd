"""FOOTPASS: who does what with the ball in which frame, one file for a data set.

https://github.com/JeremieOchin/FOOTPASS

`{"keys": ["game_18_H1", ...], "events": {key: [[frame, team, shirt, class, ...], ...]}}`, at 25
frames per second. A row of the truth goes on with whether the player has a box, and whether the
frame shows no player at all (a replay); one of a prediction with its score.
"""

import json
from collections.abc import Sequence
from functools import cache
from typing import Any, NamedTuple

from touchline.errors import UserError
from touchline.games import UnreadableEntryError, find_task
from touchline.spots.formats.entry_fields import number, wrong
from touchline.spots.formats.event import MatchEvent, VideoEvents, in_order
from touchline.spots.formats.event_format import Format, FormatSettings
from touchline.spots.formats.names import video_name
from touchline.spots.formats.read_rules import ReadRules, checked_confidence
from touchline.spots.formats.source_file import SourceFile
from touchline.text import inert, shorten

FPS = 25
_TEAMS = ("left", "right")
UNKNOWN_SHIRT = -1
"""Of a player who is not known, and of every spot of a run: runs do not ask for players."""

_SHORTEST, _TRUTH = 4, 6


class FootpassRow(NamedTuple):
    """One event as the file has it.

    Attributes:
        frame: from 0, at `FPS`.
        team: 0 is left, 1 is right.
        shirt: number of the player's shirt; -1 where it is not known.
        kind: number of the class, from 1; 0 is the background.
        extra: of a prediction its score; of a true event whether the player has a box, and whether
            the frame shows no player.
    """

    frame: int
    team: int
    shirt: int
    kind: int
    extra: tuple[Any, ...]


def footpass_rows(data: object, name: str) -> tuple[list[Any], dict[str, Any]]:
    """The keys of the halves in a file, and what it has for each: a list of rows, if it is sound.

    Args:
        data: the JSON of the file.
        name: of the file, for errors.

    Raises:
        UserError: it has no keys and events, or events of a key that it does not list.
    """
    keys = data.get("keys") if isinstance(data, dict) else None
    events = data.get("events") if isinstance(data, dict) else None
    if not isinstance(keys, list) or not isinstance(events, dict):
        raise UserError(f"{name} has no list 'keys' and object 'events'.")
    if left := [key for key in events if key not in keys]:
        raise UserError(f"{name}: 'keys' does not name '{left[0][:60]}', which has events.")
    return keys, events


def footpass_row(row: Any) -> FootpassRow:
    """One entry of a key's list.

    Raises:
        UnreadableEntryError: it is not a row, or has a value that cannot be.
    """
    if not isinstance(row, list) or not _SHORTEST <= len(row) <= _TRUTH:
        raise UnreadableEntryError("it is not a list of frame, team, shirt and class")
    names = ("frame", "team", "shirt", "class")
    frame, team, shirt, kind = (_whole(*one) for one in zip(names, row, strict=False))
    if team not in (0, 1):
        raise UnreadableEntryError(f"team is {team}, not 0 (left) or 1 (right)")
    return FootpassRow(frame, team, shirt, kind, tuple(row[_SHORTEST:]))


def footpass_score(row: FootpassRow) -> float | None:
    """The confidence of a prediction, of any range, or None where the row has none.

    Raises:
        UnreadableEntryError: it is not a number.
    """
    return number("score", row.extra[0]) if row.extra else None


@cache
def _classes() -> tuple[str, ...]:
    """In the order of their numbers, which begin with 1; in lower case, as FOOTPASS writes them."""
    return tuple(name.casefold() for name in find_task("footpass").classes)


def recognise(file: SourceFile) -> bool:
    """Whether a file has keys, and events by key."""
    data = file.json_object
    return isinstance(data.get("keys"), list) and isinstance(data.get("events"), dict)


def read(file: SourceFile, rules: ReadRules) -> list[VideoEvents]:
    """The events of all halves in a file."""
    keys, events = footpass_rows(file.json, file.name)
    seen: set[str] = set()

    def half(key: Any) -> VideoEvents:
        if not isinstance(key, str):
            raise wrong("keys", key, "a list of names")
        if key in seen:
            raise UnreadableEntryError(f"'{key[:60]}' is there already")
        seen.add(key)
        rows = events.get(key)
        if not isinstance(rows, list):
            raise UnreadableEntryError(f"'events' has no list '{key[:60]}'")
        game, number_of_half = _name(key, rules)
        where = f"{file.name}, '{key[:60]}'"
        found = rules.each(rows, where, lambda row: _event(row, number_of_half, rules), "row")
        return VideoEvents(game, number_of_half, in_order(found), fps=FPS)

    return rules.each(keys, file.name, half, "key")


def _name(key: str, rules: ReadRules) -> tuple[str, int]:
    """The game and the half of a key; where a task has single videos, each key is a game."""
    return (key, 1) if rules.task is not None and rules.task.periods == 0 else video_name(key)


def _event(entry: Any, half: int, rules: ReadRules) -> MatchEvent:
    row, classes = footpass_row(entry), _classes()
    if not 1 <= row.kind <= len(classes):
        raise UnreadableEntryError(
            f"unknown class {row.kind}; they are numbered 1 to {len(classes)}"
        )
    is_truth = len(entry) == _TRUTH
    if is_truth:
        rules.remarks["whether a player has a box is not kept"] += 1
    score = None if is_truth else footpass_score(row)
    return MatchEvent(
        half,
        rules.position(row.frame * 1000 / FPS),
        rules.class_name(classes[row.kind - 1]),
        _TEAMS[row.team],
        None if score is None else checked_confidence(score),
        not (is_truth and _whole("replay", row.extra[1]) == 1),
        "" if row.shirt == UNKNOWN_SHIRT else str(row.shirt),
    )


def _whole(name: str, value: Any) -> int:
    found = number(name, value)
    if found != int(found):
        raise wrong(name, value, "a whole number")
    return int(found)


def write(videos: Sequence[VideoEvents], _settings: FormatSettings) -> str:
    """The file of a data set.

    Raises:
        UserError: an event has no place in it: another class, or no left or right team.
    """
    events = {_key(video): [_row(event, video) for event in video.events] for video in videos}
    return json.dumps({"keys": list(events), "events": events}, ensure_ascii=False) + "\n"


def _key(video: VideoEvents) -> str:
    named = video_name(video.game)[0] != video.game and video.half == 1
    return video.game if named else f"{video.game}_H{video.half}"


def _row(event: MatchEvent, video: VideoEvents) -> list[float]:
    where = f"event '{shorten(inert(event.label), 60)}' at {event.position_ms} ms of {video.key}"
    name = event.label.casefold().replace("_", " ").replace(" ", "-")
    if name not in _classes():
        raise UserError(
            f"{where} has no class in footpass: rename it to one of {', '.join(_classes())}."
        )
    if event.team not in _TEAMS:
        raise UserError(
            f"{where} has team {event.team or 'unknown'}: footpass needs left or right."
        )
    if event.player and not event.player.isdecimal():
        raise UserError(f"{where}: shirt '{event.player[:20]}' is not a number.")
    shirt = int(event.player) if event.player else UNKNOWN_SHIRT
    frame = round(event.position_ms * FPS / 1000)
    row: list[float] = [frame, _TEAMS.index(event.team), shirt, _classes().index(name) + 1]
    return row if event.confidence is None else [*row, event.confidence]


FORMAT = Format(
    name="footpass",
    suffix=".json",
    description="FOOTPASS's play by play (player-centric ball actions), one file for a data set.",
    holds="data set",
    keeps=frozenset({"team", "confidence", "player"}),
    write=write,
    read=read,
    recognise=recognise,
    precision=f"frames of {FPS} per second",
)
