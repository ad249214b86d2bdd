"""JSON: a list of objects, with the names of this project."""

import json
from collections.abc import Sequence
from typing import Any

from touchline.errors import UserError
from touchline.spots.formats.clock import minutes_clock
from touchline.spots.formats.entry_fields import EntryFields
from touchline.spots.formats.event import MatchEvent, VideoEvents, by_half
from touchline.spots.formats.event_format import Format, FormatSettings
from touchline.spots.formats.read_rules import ReadRules, checked_confidence
from touchline.spots.formats.source_file import SourceFile

_NEEDED = {"label", "position_ms"}


def recognise(file: SourceFile) -> bool:
    """Whether a file is a list of events."""
    if not file.looks_like_json or not isinstance(file.json, list):
        return False
    return all(isinstance(one, dict) and set(one) >= _NEEDED for one in file.json[:1])


def read(file: SourceFile, rules: ReadRules) -> list[VideoEvents]:
    """The events of all games in a file."""
    if not isinstance(file.json, list):
        raise UserError(f"{file.name} is not a list of events.")
    games: dict[str, list[MatchEvent]] = {}
    for game, event in rules.each(
        file.json, file.name, lambda one: _event(one, file, rules), "event"
    ):
        games.setdefault(game, []).append(event)
    videos = [video for game, events in games.items() for video in by_half(game, events)]
    return videos or [VideoEvents(file.game, file.half, ())]


def _event(entry: Any, file: SourceFile, rules: ReadRules) -> tuple[str, MatchEvent]:
    fields = EntryFields(entry)
    event = MatchEvent(
        rules.half(fields.whole("half")) if fields.has("half") else file.half,
        rules.position(fields.whole("position_ms")),
        rules.class_name(fields.text("label")),
        rules.team(fields.text("team")) if fields.has("team") else None,
        checked_confidence(fields.number("confidence")) if fields.has("confidence") else None,
        fields.values.get("visible") is not False,
        fields.text("player") if fields.has("player") else "",
    )
    return fields.text("game") if fields.has("game") else file.game, event


def write(videos: Sequence[VideoEvents], _settings: FormatSettings) -> str:
    """The list of all events."""
    several = len({video.game for video in videos}) > 1
    entries = [
        _entry(one, video.game if several else "") for video in videos for one in video.events
    ]
    return json.dumps(entries, indent=1) + "\n"


def _entry(event: MatchEvent, game: str) -> dict[str, Any]:
    entry: dict[str, Any] = {"game": game} if game else {}
    for name, value in event._asdict().items():
        if name == "position_ms":  # the same for people
            entry["time"] = minutes_clock(value)
        entry[name] = value
    for name, usual in (("visible", True), ("player", "")):
        if entry[name] == usual:
            del entry[name]
    return entry


FORMAT = Format(
    name="json",
    suffix=".json",
    description="A list of objects.",
    holds="data set",
    keeps=frozenset({"team", "confidence", "visibility", "player"}),
    write=write,
    read=read,
    recognise=recognise,
)
