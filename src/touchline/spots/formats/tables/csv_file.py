"""CSV: one row for each event, with its time as people read it and in milliseconds."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from touchline.errors import UserError
from touchline.games import NO_TEAM, UnreadableEntryError
from touchline.spots.formats.clock import minutes_clock, parse_clock
from touchline.spots.formats.entry_fields import number, wrong
from touchline.spots.formats.event import TEAM_NAMES, MatchEvent, VideoEvents, by_half
from touchline.spots.formats.event_format import Format, FormatSettings
from touchline.spots.formats.read_rules import ReadRules, checked_confidence
from touchline.spots.formats.source_file import SourceFile
from touchline.spots.formats.tables.rows import read_rows
from touchline.text import csv_text

_NAMES = {
    "label": ("label", "event", "class", "code", "action", "type"),
    "position_ms": ("position_ms", "ms", "milliseconds"),
    "time": ("time", "clock", "timestamp", "game_time", "gametime", "start", "mm:ss"),
    "half": ("half", "period", "period_id"),
    "team": ("team", "side"),
    "confidence": ("confidence", "score", "probability"),
    "game": ("game", "match", "game_id", "match_id"),
    "visible": ("visible", "visibility"),
    "player": ("player", "shirt", "jersey"),
}
"""What a column may be called; the first name is the one that is written."""

_NOT_VISIBLE = {"false", "0", "no", "not shown"}


def recognise(file: SourceFile) -> bool:
    """Whether the first line of a file names a class and a time."""
    if file.looks_like_json or file.looks_like_xml:
        return False
    first = file.head.partition("\n")[0].casefold().replace(";", ",").replace("\t", ",")
    columns = {name.strip(' "') for name in first.split(",")}
    if {"event_type", "period_id", "timestamp"} <= columns or len(columns) < 2:
        return False
    return (
        _column(columns, "label") is not None
        and (_column(columns, "time") or _column(columns, "position_ms")) is not None
    )


def _column(columns: Sequence[str] | set[str], fact: str) -> str | None:
    return next((name for name in _NAMES[fact] if name in columns), None)


def read(file: SourceFile, rules: ReadRules) -> list[VideoEvents]:
    """The events of all games in a file."""
    columns, rows = read_rows(file, rules)
    found = {fact: _column(columns, fact) for fact in _NAMES}
    if found["label"] is None:
        raise UserError(f"{file.name} has no column 'label'.")
    if found["position_ms"] is None and found["time"] is None:
        raise UserError(f"{file.name} has no column 'time' and none 'position_ms'.")

    for name in columns:
        if name and not any(name in names for names in _NAMES.values()):
            rules.remarks[f"column '{name[:40]}' is not kept"] += 1

    named: set[str] = set()

    def event(row: Mapping[str, str]) -> tuple[str, MatchEvent]:
        facts = {fact: row[name] for fact, name in found.items() if name is not None}
        if said := facts.get("game"):
            named.add(said)
        return facts.get("game") or file.game, _event(facts, file.half, rules)

    games: dict[str, list[MatchEvent]] = {}
    for game, one in rules.each(rows, file.name, event, "row"):
        games.setdefault(game, []).append(one)
    videos = [
        replace(video, game_is_guess=False if game in named else None)
        for game, events in games.items()
        for video in by_half(game, events)
    ]
    return videos or [VideoEvents(file.game, file.half, ())]


def _event(facts: Mapping[str, str], half: int, rules: ReadRules) -> MatchEvent:
    said, time = facts.get("half", ""), facts.get("time", "")
    if " - " in time:  # as SoccerNet writes it: "1 - 12:34"
        said, _, time = time.partition(" - ")
    if facts.get("position_ms"):
        position_ms = number("position_ms", facts["position_ms"])
        if position_ms != int(position_ms):
            raise wrong("position_ms", facts["position_ms"], "a whole number")
    elif time:
        position_ms = parse_clock(time)
    else:
        raise UnreadableEntryError("it has no time")
    side = facts.get("team", "")
    team = rules.renames.get(side, side).casefold()
    if team and team not in (*TEAM_NAMES, NO_TEAM):
        raise UnreadableEntryError(f"its team is {team[:40]!r}, not home, away, left or right")
    confidence = facts.get("confidence", "")
    return MatchEvent(
        rules.half(int(_half(said))) if said else half,
        rules.position(position_ms),
        rules.class_name(facts["label"]),
        team if team in TEAM_NAMES else None,
        checked_confidence(number("confidence", confidence)) if confidence else None,
        facts.get("visible", "").casefold() not in _NOT_VISIBLE,
        facts.get("player", ""),
    )


def _half(text: str) -> float:
    half = number("half", text)
    if half != int(half):
        raise wrong("half", text, "a whole number")
    return half


def write(videos: Sequence[VideoEvents], _settings: FormatSettings) -> str:
    """The table of a data set; columns that would be empty for every event are left out."""
    events = [event for video in videos for event in video.events]
    shown = {
        "game": any(video.game for video in videos),
        "visible": any(not event.visible for event in events),
        "player": any(event.player for event in events),
    }
    columns = ["game", "half", "time", "position_ms", "label", "team", "confidence"]
    columns = [name for name in [*columns, "visible", "player"] if shown.get(name, True)]
    rows = [_row(event, video.game) for video in videos for event in video.events]
    return csv_text([columns, *([row[name] for name in columns] for row in rows)])


def _row(event: MatchEvent, game: str) -> dict[str, object]:
    return {
        "game": game,
        "half": event.half,
        "time": minutes_clock(event.position_ms),
        "position_ms": event.position_ms,
        "label": event.label,
        "team": event.team or "",
        "confidence": "" if event.confidence is None else event.confidence,
        "visible": str(event.visible).lower(),
        "player": event.player,
    }


FORMAT = Format(
    name="csv",
    suffix=".csv",
    description="One row for each event, with its time as mm:ss and in milliseconds.",
    holds="data set",
    keeps=frozenset({"team", "confidence", "visibility", "player"}),
    write=write,
    read=read,
    recognise=recognise,
)
