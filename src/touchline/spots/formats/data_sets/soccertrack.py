"""SoccerTrack v2's ball actions, one file for each match video.

https://github.com/AtomScott/SoccerTrack-v2 (docs/task-bas.html)

Its older `*_class_events.json` are files as SoccerNet's, and are read as those.
"""

import json
from collections.abc import Sequence
from typing import Any

from touchline.errors import UserError
from touchline.games import UnreadableEntryError
from touchline.spots.formats.entry_fields import EntryFields
from touchline.spots.formats.event import TEAM_NAMES, MatchEvent, VideoEvents, in_order
from touchline.spots.formats.event_format import Format, FormatSettings
from touchline.spots.formats.read_rules import ReadRules, checked_confidence
from touchline.spots.formats.source_file import SourceFile


def recognise(file: SourceFile) -> bool:
    """Whether a file has actions of a match."""
    return isinstance(file.json_object.get("actions"), list)


def read(file: SourceFile, rules: ReadRules) -> list[VideoEvents]:
    """The events of a match."""
    data = file.json if isinstance(file.json, dict) else {}
    if not isinstance(data.get("actions"), list):
        raise UserError(f"{file.name} has no list 'actions'.")
    events = rules.each(data["actions"], file.name, lambda one: _event(one, file, rules), "action")
    match = data.get("match_id")
    game = file.game or (str(match) if isinstance(match, str | int) else "")
    fps = data.get("fps")
    known = fps if isinstance(fps, int | float) and not isinstance(fps, bool) else None
    return [VideoEvents(game, file.half, in_order(events), fps=known)]


def _event(entry: Any, file: SourceFile, rules: ReadRules) -> MatchEvent:
    action = EntryFields(entry)
    team = action.text("team") if action.has("team") else None
    if team is not None and team not in TEAM_NAMES:
        raise UnreadableEntryError(f"its team is {team[:40]!r}, not left or right")
    confidence = action.number("confidence") if action.has("confidence") else None
    return MatchEvent(
        file.half,
        rules.position(action.number("time") * 1000),
        rules.class_name(action.text("event_class")),
        team,
        None if confidence is None else checked_confidence(confidence),
        player=str(action.whole("player_id")) if action.has("player_id") else "",
    )


def write(videos: Sequence[VideoEvents], settings: FormatSettings) -> str:
    """The file of one video."""
    (video,) = videos
    data = {
        "match_id": video.game,
        "fps": settings.fps or video.fps,
        "actions": [_entry(event) for event in video.events],
    }
    return json.dumps(data, indent=1, ensure_ascii=False) + "\n"


def _entry(event: MatchEvent) -> dict[str, Any]:
    entry: dict[str, Any] = {
        "time": event.position_ms / 1000,
        "event_class": event.label,
        "team": event.team,
        "player_id": int(event.player) if event.player.isdecimal() else None,
    }
    return entry if event.confidence is None else entry | {"confidence": event.confidence}


FORMAT = Format(
    name="soccertrack",
    suffix=".json",
    description="SoccerTrack v2's ball actions, one file a video.",
    keeps=frozenset({"team", "confidence", "player"}),
    write=write,
    read=read,
    recognise=recognise,
)
