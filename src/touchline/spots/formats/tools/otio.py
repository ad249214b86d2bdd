"""OpenTimelineIO: the events as markers on the clip of one video, for editing programs.

https://opentimelineio.readthedocs.io/en/latest/tutorials/otio-serialized-schema.html

Times are counted at 1,000 a second. A marker's time counts in its media, so from where the media
begins.
"""

import json
from collections.abc import Iterator, Sequence
from typing import Any

from touchline.errors import UserError
from touchline.games import UnreadableEntryError
from touchline.spots.formats.entry_fields import EntryFields
from touchline.spots.formats.event import MatchEvent, VideoEvents, in_order
from touchline.spots.formats.event_format import Format, FormatSettings
from touchline.spots.formats.names import media_path, media_url
from touchline.spots.formats.read_rules import ReadRules, checked_confidence
from touchline.spots.formats.source_file import SourceFile

_RATE = 1000.0
_OURS = "touchline"
_COLOURS = (
    "RED",
    "GREEN",
    "BLUE",
    "ORANGE",
    "PURPLE",
    "CYAN",
    "YELLOW",
    "PINK",
    "MAGENTA",
    "WHITE",
)
_MEDIA = "DEFAULT_MEDIA"
_DEEPEST = 50


def recognise(file: SourceFile) -> bool:
    """Whether a file is of OpenTimelineIO."""
    return "OTIO_SCHEMA" in file.json_object


def read(file: SourceFile, rules: ReadRules) -> list[VideoEvents]:
    """The markers of a timeline, in the time of their media."""
    if "OTIO_SCHEMA" not in file.json_object:
        raise UserError(f"{file.name} has no 'OTIO_SCHEMA': it is not of OpenTimelineIO.")
    items = list(_items(file.json, 0, file))
    media = {_target(item) for item in items if item.get("markers")} - {""}
    if len(media) > 1:
        names = ", ".join(sorted(media))[:200]
        raise UserError(f"{file.name} has markers on several videos: split it into {names}.")
    markers = [(marker, _start(item)) for item in items for marker in _list(item.get("markers"))]

    def event(one: tuple[Any, Any]) -> MatchEvent:
        return _event(EntryFields(one[0]), one[1], file.half, rules)

    events = rules.each(markers, file.name, event, "marker")
    video = media_path(next(iter(media), ""))
    return [VideoEvents(file.game, file.half, in_order(events), video)]


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _items(value: Any, depth: int, file: SourceFile) -> Iterator[dict[str, Any]]:
    """A timeline or another item, and all items in it."""
    if not isinstance(value, dict):
        return
    if depth > _DEEPEST:
        raise UserError(f"{file.name} nests its items more than {_DEEPEST} deep.")
    yield value
    for child in (value.get("tracks"), *_list(value.get("children"))):
        yield from _items(child, depth + 1, file)


def _reference(item: dict[str, Any]) -> dict[str, Any]:
    media = item.get("media_references")
    active = item.get("active_media_reference_key", _MEDIA)
    found = media.get(active) if isinstance(media, dict) else item.get("media_reference")
    return found if isinstance(found, dict) else {}


def _target(item: dict[str, Any]) -> str:
    target = _reference(item).get("target_url")
    return target if isinstance(target, str) else ""


def _start(item: dict[str, Any]) -> Any:
    """Where the clock of an item's media begins; a timecode often begins at one hour."""
    span = _reference(item).get("available_range")
    return span.get("start_time") if isinstance(span, dict) else None


def _event(marker: EntryFields, start: Any, half: int, rules: ReadRules) -> MatchEvent:
    span = marker.object("marked_range")
    position_ms = _ms(span.object("start_time"))
    if start is not None:
        position_ms -= _ms(EntryFields(start, "'start_time' of 'available_range'"))
    if span.has("duration") and _ms(span.object("duration")) > 0:
        rules.remarks["the time of a segment's event is taken to be its start"] += 1
    metadata = marker.object("metadata") if marker.has("metadata") else EntryFields({})
    ours = metadata.object(_OURS) if metadata.has(_OURS) else EntryFields({})
    return MatchEvent(
        half,
        rules.position(position_ms + rules.lead_ms),
        rules.class_name(ours.text("label") if ours.has("label") else marker.text("name")),
        rules.team(ours.text("team")) if ours.has("team") else None,
        checked_confidence(ours.number("confidence")) if ours.has("confidence") else None,
        ours.values.get("visible") is not False,
        ours.text("player") if ours.has("player") else "",
    )


def _ms(time: EntryFields) -> float:
    rate = time.number("rate")
    if rate <= 0:
        raise UnreadableEntryError(f"'rate' is {rate:g}, not above 0")
    return time.number("value") / rate * 1000


def write(videos: Sequence[VideoEvents], _settings: FormatSettings) -> str:
    """The timeline of one video."""
    (video,) = videos
    names = sorted({event.label for event in video.events})
    colours = {name: _COLOURS[place % len(_COLOURS)] for place, name in enumerate(names)}
    clip = _item("Clip.2", video.key) | {
        "markers": [_marker(event, colours[event.label]) for event in video.events],
        "media_references": {_MEDIA: _media_reference(video)},
        "active_media_reference_key": _MEDIA,
    }
    track = _item("Track.1", "video") | {"kind": "Video", "children": [clip]}
    stack = _item("Stack.1", "tracks") | {"children": [track]}
    timeline = {
        "OTIO_SCHEMA": "Timeline.1",
        "metadata": {},
        "name": video.key,
        "global_start_time": None,
        "tracks": stack,
    }
    return json.dumps(timeline, indent=1, ensure_ascii=False) + "\n"


def _item(schema: str, name: str) -> dict[str, Any]:
    facts: dict[str, Any] = {"OTIO_SCHEMA": schema, "metadata": {}, "name": name}
    return facts | {"source_range": None, "effects": [], "markers": [], "enabled": True}


def _media_reference(video: VideoEvents) -> dict[str, Any]:
    length_ms = video.duration_ms
    if length_ms is None:
        length_ms = max((event.position_ms for event in video.events), default=0) + 1
    known: dict[str, Any] = {"metadata": {}, "name": "", "available_range": _span(0, length_ms)}
    known["available_image_bounds"] = None
    if not video.video:
        return {"OTIO_SCHEMA": "MissingReference.1", **known}
    return {"OTIO_SCHEMA": "ExternalReference.1", **known, "target_url": media_url(video.video)}


def _marker(event: MatchEvent, colour: str) -> dict[str, Any]:
    facts: dict[str, Any] = {"label": event.label}
    if event.team is not None:
        facts["team"] = event.team
    if event.confidence is not None:
        facts["confidence"] = event.confidence
    if event.player:
        facts["player"] = event.player
    if not event.visible:
        facts["visible"] = False
    team = f" ({event.team})" if event.team else ""
    return {
        "OTIO_SCHEMA": "Marker.2",
        "metadata": {_OURS: facts},
        "name": event.label + team,
        "color": colour,
        "marked_range": _span(event.position_ms, 0),
        "comment": "" if event.confidence is None else f"{event.confidence:.0%}",
    }


def _span(start_ms: int, duration_ms: int) -> dict[str, Any]:
    times = {"start_time": _time(start_ms), "duration": _time(duration_ms)}
    return {"OTIO_SCHEMA": "TimeRange.1", **times}


def _time(time_ms: int) -> dict[str, Any]:
    return {"OTIO_SCHEMA": "RationalTime.1", "rate": _RATE, "value": float(time_ms)}


FORMAT = Format(
    name="otio",
    suffix=".otio",
    description="Markers of OpenTimelineIO for editing programs, one file a video.",
    keeps=frozenset({"team", "confidence", "visibility", "player"}),
    write=write,
    read=read,
    recognise=recognise,
)
