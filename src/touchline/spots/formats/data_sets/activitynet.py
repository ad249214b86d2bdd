"""ActivityNet's JSON of temporal action detection: the truth, and results.

http://activity-net.org/challenges/2020/tasks/anet_localization.html

Its events are segments in seconds. An event is given the seconds around it, and its exact time in
`position_ms`, which other programs ignore.
"""

import json
from collections.abc import Sequence
from typing import Any

from touchline.errors import UserError
from touchline.games import UnreadableEntryError
from touchline.spots.formats.entry_fields import EntryFields, number
from touchline.spots.formats.event import MatchEvent, VideoEvents, in_order
from touchline.spots.formats.event_format import Format, FormatSettings
from touchline.spots.formats.event_segments import event_segment_ms, exact_position
from touchline.spots.formats.names import video_name
from touchline.spots.formats.read_rules import ReadRules, checked_confidence
from touchline.spots.formats.source_file import SourceFile

VERSION = "VERSION 1.3"


def recognise(file: SourceFile) -> bool:
    """Whether a file has a database of videos, or results by video."""
    data = file.json_object
    return any(isinstance(data.get(key), dict) for key in ("database", "results"))


def read(file: SourceFile, rules: ReadRules) -> list[VideoEvents]:
    """The events of all videos in a file."""
    data = file.json if isinstance(file.json, dict) else {}
    key = next((key for key in ("database", "results") if isinstance(data.get(key), dict)), None)
    if key is None:
        raise UserError(f"{file.name} has no object 'database' and none 'results'.")
    names = {video_name(name): name for name in data[key]}
    if len(names) < len(data[key]):
        twice = next(name for name in data[key] if name not in names.values())
        raise UserError(f"{file.name}: another video is the same half of a game as '{twice[:60]}'.")

    def video(item: tuple[str, Any]) -> VideoEvents:
        return _video(item[0], item[1], f"{file.name}, '{item[0][:60]}'", rules)

    return rules.each(data[key].items(), file.name, video, "video")


def _video(name: str, entry: Any, where: str, rules: ReadRules) -> VideoEvents:
    facts = entry if isinstance(entry, list) else EntryFields(entry, f"'{name[:60]}'")
    entries = facts if isinstance(facts, list) else facts.items("annotations")
    duration_ms = None
    if isinstance(facts, EntryFields) and facts.has("duration"):
        duration_ms = rules.position(facts.number("duration") * 1000)
    game, half = video_name(name)
    events = rules.each(entries, where, lambda one: _event(one, half, duration_ms, rules))
    return VideoEvents(game, half, in_order(events), duration_ms=duration_ms)


def _event(entry: Any, half: int, duration_ms: int | None, rules: ReadRules) -> MatchEvent:
    fields = EntryFields(entry)
    ends = fields.items("segment")
    if len(ends) != 2:
        raise UnreadableEntryError(f"'segment' has {len(ends)} numbers, not 2")
    start_ms, end_ms = (number("segment", end) * 1000 for end in ends)
    exact = fields.number("position_ms") if fields.has("position_ms") else None
    return MatchEvent(
        half,
        exact_position(exact, start_ms, end_ms, rules, duration_ms),
        rules.class_name(fields.text("label")),
        confidence=checked_confidence(fields.number("score")) if fields.has("score") else None,
    )


def write(videos: Sequence[VideoEvents], settings: FormatSettings) -> str:
    """The file of a data set: results where there are confidences, else the truth."""
    if any(video.has_spots for video in videos):
        results = {
            video.key: [_entry(one, video, settings) for one in video.events] for video in videos
        }
        data: dict[str, Any] = {"version": VERSION, "results": results, "external_data": {}}
    else:
        database = {video.key: _facts(video, settings) for video in videos}
        data = {"version": VERSION, "taxonomy": _taxonomy(videos), "database": database}
    return json.dumps(data, indent=1, ensure_ascii=False) + "\n"


def _facts(video: VideoEvents, settings: FormatSettings) -> dict[str, Any]:
    length = {} if video.duration_ms is None else {"duration": video.duration_ms / 1000}
    entries = [_entry(event, video, settings) for event in video.events]
    return {**length, "subset": "validation", "url": video.video, "annotations": entries}


def _entry(event: MatchEvent, video: VideoEvents, settings: FormatSettings) -> dict[str, Any]:
    segment = [end / 1000 for end in event_segment_ms(event, video, settings)]
    entry = {"label": event.label, "segment": segment, "position_ms": event.position_ms}
    return entry if event.confidence is None else entry | {"score": event.confidence}


def _taxonomy(videos: Sequence[VideoEvents]) -> list[dict[str, Any]]:
    names = sorted({event.label for video in videos for event in video.events})
    root = {"nodeId": 0, "nodeName": "Root", "parentId": None, "parentName": None}
    nodes = [
        {"nodeId": number, "nodeName": name, "parentId": 0, "parentName": "Root"}
        for number, name in enumerate(names, start=1)
    ]
    return [root, *nodes]


FORMAT = Format(
    name="activitynet",
    suffix=".json",
    description="ActivityNet's truth or results, one file for a data set.",
    holds="data set",
    keeps=frozenset({"confidence"}),
    write=write,
    read=read,
    recognise=recognise,
)
