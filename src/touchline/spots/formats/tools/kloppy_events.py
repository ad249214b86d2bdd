"""Event data of any provider that kloppy loads, such as StatsBomb's, Opta's or Sportec's.

https://kloppy.pysport.org/

`events_of_kloppy` takes a data set that kloppy has loaded. The file format is the table that
`dataset.to_df().to_csv(...)` writes. Event data say far more than a spotting task asks: where a
task is given, what is not one of its classes is left out and counted.
"""

import csv
import re
from collections.abc import Iterable, Mapping
from typing import Any

from touchline.errors import UserError
from touchline.spots.formats.clock import parse_clock
from touchline.spots.formats.entry_fields import number
from touchline.spots.formats.event import MatchEvent, VideoEvents, by_half
from touchline.spots.formats.event_format import Format
from touchline.spots.formats.read_rules import ReadRules
from touchline.spots.formats.source_file import SourceFile
from touchline.spots.formats.tables.rows import read_rows

_COLUMNS = {"event_type", "period_id", "timestamp"}
_PANDAS = re.compile(r"(?:(\d{1,3}) days? )?(\d{1,2}:\d{2}:\d{2}(?:\.\d{1,9})?)")
_ISO = re.compile(r"PT(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?")
_DAY_MS = 24 * 3600 * 1000

SET_PIECES = {
    "CORNER_KICK": "Corner",
    "THROW_IN": "Throw-in",
    "KICK_OFF": "Kick-off",
    "PENALTY": "Penalty",
}
SHOTS = {
    "GOAL": "Goal",
    "OWN_GOAL": "Goal",
    "SAVED": "Shots on target",
    "OFF_TARGET": "Shots off target",
    "POST": "Shots off target",
}
CARDS = {
    "FIRST_YELLOW": "Yellow card",
    "SECOND_YELLOW": "Yellow->red card",
    "RED": "Red card",
}
OTHERS = {
    "CLEARANCE": "Clearance",
    "SUBSTITUTION": "Substitution",
    "BALL_OUT": "Ball out of play",
    "FOUL_COMMITTED": "Foul",
    "GENERIC:offsides": "Offside",
    "GENERIC:Offside": "Offside",
}
"""What kloppy's types, results and qualifiers are called in SoccerNet's tasks. Free kicks are not
among them: event data do not say whether one was direct."""


def recognise(file: SourceFile) -> bool:
    """Whether a file is a table of kloppy's events."""
    first_line = file.head.partition("\n")[0]
    if file.looks_like_json or file.looks_like_xml or "event_type" not in first_line:
        return False
    return set(next(csv.reader([first_line]), [])) >= _COLUMNS


def read(file: SourceFile, rules: ReadRules) -> list[VideoEvents]:
    """The events of a match, from a table."""
    columns, rows = read_rows(file, rules)
    if missing := sorted(_COLUMNS - set(columns)):
        raise UserError(f"{file.name} has no column '{missing[0]}'.")
    return by_half(file.game, _events(rows, {}, file.name, rules))


def events_of_kloppy(dataset: Any, game: str, rules: ReadRules | None = None) -> list[VideoEvents]:
    """The events of a match that kloppy has loaded.

    Args:
        dataset: a `kloppy.domain.EventDataset`.
        game: id of the game.
        rules: how events are read; None keeps what is no class of SoccerNet's under kloppy's name.

    Raises:
        UserError: an event cannot be read.

    Example:
        `events_of_kloppy(kloppy.statsbomb.load(...), "final", ReadRules(task=SOCCERNET_V2))`
    """
    teams = {str(team.team_id): str(team.ground.value) for team in dataset.metadata.teams}
    used = ReadRules() if rules is None else rules
    return by_half(game, _events(dataset.to_records(), teams, "kloppy's data set", used))


def _events(
    rows: Iterable[Mapping[str, Any]], teams: Mapping[str, str], where: str, rules: ReadRules
) -> list[MatchEvent]:
    found = rules.each(rows, where, lambda row: _event(row, teams, rules), "row")
    return [event for events in found for event in events]


def _event(row: Mapping[str, Any], teams: Mapping[str, str], rules: ReadRules) -> list[MatchEvent]:
    half = rules.half(int(number("period_id", row.get("period_id"))))
    position_ms = rules.position(_time_ms(row.get("timestamp")))
    team = teams.get(str(row.get("team_id")))
    names = _names(row)
    if rules.task is not None:
        known = [
            name for name in names if rules.task.canonical_class(rules.renames.get(name, name))
        ]
        if not known:
            rules.remarks["an event that is not a class of the task is left out"] += 1
        names = known
    # Providers say of an own goal who shot it, SoccerNet whose goal it is.
    own = row.get("result") == "OWN_GOAL"
    return [
        MatchEvent(half, position_ms, rules.class_name(name), None if own else team)
        for name in names
    ]


def _names(row: Mapping[str, Any]) -> list[str]:
    """What happened, in the words of SoccerNet's tasks where they have one, else in kloppy's."""
    kind = str(row.get("event_type") or "")
    result, card = str(row.get("result") or ""), str(row.get("card_type") or "")
    names = [
        SET_PIECES.get(str(row.get("set_piece_type") or ""), ""),
        SHOTS.get(result, "") if kind == "SHOT" else "",
        CARDS.get(card, "") if kind == "CARD" else "",
        "Offside" if kind == "PASS" and result == "OFFSIDE" else "",
        OTHERS.get(kind, ""),
    ]
    return [name for name in names if name] or [kind]


def _time_ms(value: Any) -> float:
    """A time as pandas, polars or people write it."""
    if hasattr(value, "total_seconds"):
        return float(value.total_seconds()) * 1000
    text = str(value or "").strip()
    if (found := _PANDAS.fullmatch(text)) is not None:
        return int(found[1] or 0) * _DAY_MS + parse_clock(found[2])
    if text and (found := _ISO.fullmatch(text)) is not None and any(found.groups()):
        hours, minutes, seconds = (float(part or 0) for part in found.groups())
        return ((hours * 60 + minutes) * 60 + seconds) * 1000
    return parse_clock(text)


FORMAT = Format(
    name="kloppy",
    suffix=".csv",
    description="The table of events that kloppy's to_df() gives; read only.",
    holds="game",
    read=read,
    recognise=recognise,
)
