"""FiftyOne's temporal detections: `labels.json` of a `FiftyOneTemporalDetectionDataset`.

https://docs.voxel51.com/user_guide/import_datasets.html

`{"classes": [...], "labels": {name of the video: [{"label", "timestamps" or "support", ...}]}}`.
Times are seconds, which FiftyOne turns into frames with the frame rate of each video; the exact
time is an attribute.
"""

import json
from collections.abc import Sequence
from pathlib import PurePosixPath
from typing import Any

from touchline.errors import UserError
from touchline.games import UnreadableEntryError
from touchline.spots.formats.entry_fields import EntryFields, number
from touchline.spots.formats.event import MatchEvent, VideoEvents
from touchline.spots.formats.event_format import Format, FormatSettings
from touchline.spots.formats.event_segments import POSITION, event_segment_ms, exact_position
from touchline.spots.formats.names import video_name
from touchline.spots.formats.read_rules import ReadRules, checked_confidence
from touchline.spots.formats.source_file import SourceFile


def recognise(file: SourceFile) -> bool:
    """Whether a file has labels by video."""
    data = file.json_object
    labels = data.get("labels")
    return (
        "data" not in data
        and isinstance(labels, dict)
        and all(one is None or isinstance(one, list) for one in labels.values())
    )


def read(file: SourceFile, rules: ReadRules) -> list[VideoEvents]:
    """The events of all videos in a file."""
    data = file.json if isinstance(file.json, dict) else {}
    labels, classes = data.get("labels"), data.get("classes")
    if not isinstance(labels, dict):
        raise UserError(f"{file.name} has no object 'labels'.")
    if classes is not None and not isinstance(classes, list):
        raise UserError(f"{file.name}: 'classes' is not a list.")
    seen: set[str] = set()

    def video(item: tuple[str, Any]) -> VideoEvents:
        name, entries = item
        game, half = video_name(name)
        found = VideoEvents(game, half, ())
        if found.key in seen:
            raise UnreadableEntryError(f"'{found.key[:60]}' is there already")
        seen.add(found.key)
        if entries is not None and not isinstance(entries, list):
            raise UnreadableEntryError(f"'{name[:60]}' is not a list")
        where = f"{file.name}, '{name[:60]}'"
        return found.with_events(
            rules.each(entries or [], where, lambda one: _event(one, half, classes, rules))
        )

    return rules.each(labels.items(), file.name, video, "video")


def _event(entry: Any, half: int, classes: list[Any] | None, rules: ReadRules) -> MatchEvent:
    fields = EntryFields(entry)
    attributes = fields.object("attributes") if fields.has("attributes") else EntryFields({})
    exact = attributes.number(POSITION) if attributes.has(POSITION) else None
    start_ms, end_ms = _ends_ms(fields, rules)
    return MatchEvent(
        half,
        exact_position(exact, start_ms, end_ms, rules),
        rules.class_name(_class(fields, classes)),
        rules.team(attributes.text("team")) if attributes.has("team") else None,
        checked_confidence(fields.number("confidence")) if fields.has("confidence") else None,
        attributes.values.get("visible") is not False,
    )


def _class(fields: EntryFields, classes: list[Any] | None) -> str:
    """The class, which is its name or its place in the list of classes."""
    value = fields.values.get("label")
    if isinstance(value, int) and not isinstance(value, bool):
        if classes is None or not 0 <= value < len(classes):
            raise UnreadableEntryError(f"unknown class {value}: 'classes' has no such place")
        return str(classes[value])
    return fields.text("label")


def _ends_ms(fields: EntryFields, rules: ReadRules) -> tuple[float, float]:
    key = "timestamps" if fields.has("timestamps") else "support"
    ends = fields.items(key)
    if len(ends) != 2:
        raise UnreadableEntryError(f"'{key}' has {len(ends)} numbers, not 2")
    first, last = (number(key, end) for end in ends)
    if key == "timestamps":
        return first * 1000, last * 1000
    if rules.fps is None:
        raise UnreadableEntryError("it counts frames, so their rate has to be given with --in-fps")
    if first < 1:
        raise UnreadableEntryError(f"'support' starts at frame {first:g}; frames count from 1")
    return (first - 1) * 1000 / rules.fps, (last - 1) * 1000 / rules.fps


def write(videos: Sequence[VideoEvents], settings: FormatSettings) -> str:
    """The labels of a data set."""
    names = sorted({event.label for video in videos for event in video.events})
    places = {name: place for place, name in enumerate(names)}
    labels = {
        _name(video): [_entry(event, video, places, settings) for event in video.events]
        for video in videos
    }
    return json.dumps({"classes": names, "labels": labels}, indent=1, ensure_ascii=False) + "\n"


def _name(video: VideoEvents) -> str:
    """The path of the video below the data set's folder `data`, without its suffix."""
    name = f"{video.game}/{PurePosixPath(video.video).stem}"
    return name if video_name(name) == (video.game, video.half) else video.key


def _entry(
    event: MatchEvent, video: VideoEvents, places: dict[str, int], settings: FormatSettings
) -> dict[str, Any]:
    attributes: dict[str, Any] = {POSITION: event.position_ms}
    if event.team is not None:
        attributes["team"] = event.team
    if not event.visible:
        attributes["visible"] = False
    start_ms, end_ms = event_segment_ms(event, video, settings)
    entry = {
        "label": places[event.label],
        "timestamps": [start_ms / 1000, end_ms / 1000],
        "attributes": attributes,
    }
    return entry if event.confidence is None else entry | {"confidence": event.confidence}


FORMAT = Format(
    name="fiftyone",
    suffix=".json",
    description="FiftyOne's temporal detections (labels.json), one file for a data set.",
    holds="data set",
    keeps=frozenset({"team", "confidence", "visibility"}),
    write=write,
    read=read,
    recognise=recognise,
)
