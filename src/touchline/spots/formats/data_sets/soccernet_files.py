"""SoccerNet's own files, one for each game: `Labels-v2.json` and `results_spotting.json`."""

import re
from collections.abc import Sequence
from typing import Any

from touchline.errors import UserError
from touchline.games import UnreadableEntryError, labels_text, parse_label_entry
from touchline.spots.formats.event import (
    TEAM_NAMES,
    MatchEvent,
    VideoEvents,
    by_half,
    event_of_label,
    event_of_spot,
    label_of_event,
    spot_of_event,
)
from touchline.spots.formats.event_format import Format, FormatSettings
from touchline.spots.formats.read_rules import ReadRules, checked_confidence
from touchline.spots.formats.source_file import SourceFile
from touchline.spots.spots_file import SPOTS_FILE, parse_spot_entry, spots_text

_LISTS = ("annotations", "predictions")
_GAME_TIME = re.compile(r"\s*\d+ - \d+:\d\d\s*")


def recognise(file: SourceFile) -> bool:
    """Whether a file has annotations or predictions as SoccerNet's have."""
    found = next((file.json_object[key] for key in _LISTS if key in file.json_object), None)
    if not isinstance(found, list):
        return False
    # Predictions of opensportslib have a list of the same name, without halves.
    return not found or not (set(file.json_object) & {"Url", "fps"})


def read(file: SourceFile, rules: ReadRules) -> list[VideoEvents]:
    """The events in a file of one game."""
    data = file.json if isinstance(file.json, dict) else {}
    key = next((key for key in _LISTS if isinstance(data.get(key), list)), None)
    if key is None:
        raise UserError(f"{file.name} has no list 'annotations' and none 'predictions'.")
    parse = _label if key == "annotations" else _spot
    events = rules.each(data[key], file.name, lambda entry: parse(entry, rules))
    return by_half(_game(file, data.get("UrlLocal")), events)


def _game(file: SourceFile, url: object) -> str:
    """The game of a file: its folder, else what the file says, else what it is called."""
    said = url.strip().strip("/") if isinstance(url, str) else ""
    return file.folder or said or file.game


def _label(entry: Any, rules: ReadRules) -> MatchEvent:
    label = parse_label_entry(entry)
    # The evaluator takes the first character for the half, whatever it belongs to.
    if _GAME_TIME.fullmatch(entry["gameTime"]) is None:
        raise UnreadableEntryError(
            f"'gameTime' is {entry['gameTime'][:40]!r}, not like '1 - 12:34'"
        )
    return _checked(event_of_label(label), rules)


def _spot(entry: Any, rules: ReadRules) -> MatchEvent:
    event = _checked(event_of_spot(parse_spot_entry(entry)), rules)
    assert event.confidence is not None  # every spot has one
    checked_confidence(event.confidence)
    return event


def _checked(event: MatchEvent, rules: ReadRules) -> MatchEvent:
    rules.half(event.half)
    rules.position(event.position_ms)
    if event.team is not None and event.team not in TEAM_NAMES:
        raise UnreadableEntryError(
            f"its team is {str(event.team)[:40]!r}, not home, away, left or right"
        )
    return event._replace(label=rules.class_name(event.label))


def write(videos: Sequence[VideoEvents], _settings: FormatSettings) -> str:
    """The file of one game."""
    events = [event for video in videos for event in video.events]
    if any(video.has_spots for video in videos):
        return spots_text(videos[0].game, map(spot_of_event, events))
    return labels_text(videos[0].game, map(label_of_event, events))


def file_name(videos: Sequence[VideoEvents], settings: FormatSettings) -> str:
    """The name of a game's file: of labels, or of spots."""
    return SPOTS_FILE if any(video.has_spots for video in videos) else settings.label_file


FORMAT = Format(
    name="soccernet",
    suffix=".json",
    description="SoccerNet's Labels-v2.json or results_spotting.json, one a game.",
    holds="game",
    keeps=frozenset({"team", "confidence", "visibility"}),
    write=write,
    read=read,
    recognise=recognise,
    file_name=file_name,
)
