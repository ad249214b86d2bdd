"""OSL JSON 2.0, one file for a data set: opensportslib, and the tools that annotate for it.

https://github.com/OpenSportsLab/VideoAnnotationTool/blob/main/docs/OSL.md

A sample is a video here: a half. What opensportslib predicts has three forms, which are all read:
this one with `confidence` beside each event, a file for each video with `predictions` and `fps`,
and one list of videos with their events, packed by gzip or not. Teams, visibility and players are
keys of events that other programs ignore and keep.
"""

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import PurePosixPath
from typing import Any

from touchline.errors import UserError
from touchline.games import UnreadableEntryError
from touchline.spots.formats.data_sets.osl_v1 import is_frame_list
from touchline.spots.formats.entry_fields import EntryFields
from touchline.spots.formats.event import MatchEvent, VideoEvents, by_half
from touchline.spots.formats.event_format import Format, FormatSettings
from touchline.spots.formats.names import video_name
from touchline.spots.formats.read_rules import ReadRules, checked_confidence
from touchline.spots.formats.source_file import SourceFile

_HEAD = "action"
_NOT_EVENTS = ("labels", "captions", "dense_captions", "answers")
_CONFIDENCES = ("confidence_score", "confidence", "score")
_NOT_SHOWN = "not shown"
_UTC_FORM = "%Y-%m-%d %H:%M:%S.%f"


def recognise(file: SourceFile) -> bool:
    """Whether a file has samples with inputs, or predictions of opensportslib."""
    if not file.looks_like_json:
        return False
    data = file.json
    if isinstance(data, dict) and isinstance(data.get("data"), list):
        return all(isinstance(one, dict) and "inputs" in one for one in data["data"][:1]) and (
            "database" not in data
        )
    return _is_old_file(data) or _is_old_list(data)


def _is_old_file(data: Any) -> bool:
    return (
        isinstance(data, dict)
        and isinstance(data.get("predictions"), list)
        and bool(set(data) & {"Url", "fps"})
    )


def _is_old_list(data: Any) -> bool:
    return (
        isinstance(data, list)
        and bool(data)
        and all(isinstance(one, dict) and {"video", "events"} <= set(one) for one in data[:1])
        and not is_frame_list(data)
    )


def read(file: SourceFile, rules: ReadRules) -> list[VideoEvents]:
    """The events of all videos in a file."""
    data = file.json
    if _is_old_list(data):
        videos = [{"inputs": [{"path": one.get("video")}], **one} for one in map(_as_object, data)]
        return _read_samples(videos, {}, file, rules)
    if _is_old_file(data):
        sample = {"inputs": [{"path": data.get("Url")}], "events": data["predictions"]}
        return _read_samples([sample], {}, file, rules)
    samples = data.get("data") if isinstance(data, dict) else None
    if not isinstance(samples, list):
        raise UserError(f"{file.name} has no list 'data'.")
    return _read_samples(samples, _declared_classes(data, file), file, rules)


def _as_object(entry: Any) -> dict[str, Any]:
    return entry if isinstance(entry, dict) else {}


def _declared_classes(data: dict[str, Any], file: SourceFile) -> dict[str, set[str]]:
    """The classes of each head, where the file lists them."""
    heads = data.get("labels", {})
    if not isinstance(heads, dict):
        raise UserError(f"{file.name}: 'labels' is not an object of heads with their labels.")
    listed = {}
    for head, facts in heads.items():
        names = facts.get("labels") if isinstance(facts, dict) else None
        if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
            raise UserError(f"{file.name}: head '{head[:60]}' of 'labels' has no list of labels.")
        listed[head] = set(names)
    return listed


def _read_samples(
    samples: list[Any], declared: dict[str, set[str]], file: SourceFile, rules: ReadRules
) -> list[VideoEvents]:
    seen: set[str] = set()

    def sample(entry: Any) -> list[VideoEvents]:
        return _sample(EntryFields(entry), declared, file, rules, seen)

    return [
        video for videos in rules.each(samples, file.name, sample, "sample") for video in videos
    ]


def _sample(
    sample: EntryFields,
    declared: dict[str, set[str]],
    file: SourceFile,
    rules: ReadRules,
    seen: set[str],
) -> list[VideoEvents]:
    video = _video(sample, file, rules)
    identity = sample.text("id") if sample.has("id") else video.video or video.key
    for name in {identity, video.key}:
        if name in seen:
            raise UnreadableEntryError(f"a sample '{name[:60]}' is there already")
        seen.add(name)
    found = rules.each(
        sample.items("events") if sample.has("events") else [],
        f"{file.name}, sample '{identity[:60]}'",
        lambda entry: _event(EntryFields(entry), video, declared, rules),
        "event",
    )
    for name in _NOT_EVENTS:
        if sample.values.get(name):
            rules.remarks[f"'{name}' of a sample are not kept"] += 1
    halves = by_half(video.game, found) if found else [video]
    return [replace(video, half=one.half, events=one.events) for one in halves]


def _video(sample: EntryFields, file: SourceFile, rules: ReadRules) -> VideoEvents:
    inputs = [EntryFields(one, "an entry of 'inputs'") for one in sample.items("inputs")]
    if not inputs:
        raise UnreadableEntryError("'inputs' is empty")
    media = next((one for one in inputs if one.values.get("type", "video") == "video"), inputs[0])
    path = media.text("path") if media.has("path") else ""
    game, half = video_name(path) if path else (file.game, file.half)
    if sample.has("metadata"):
        facts = sample.object("metadata")
        if facts.has("game_id") and facts.has("half"):
            game, half = facts.text("game_id"), rules.half(facts.whole("half"))
    starts_at = _utc(media.text("UTC_time_start")) if media.has("UTC_time_start") else None
    fps = media.number("fps") if media.has("fps") else None
    return VideoEvents(game, half, (), path, None, starts_at, fps)


def _event(
    event: EntryFields,
    video: VideoEvents,
    declared: dict[str, set[str]],
    rules: ReadRules,
) -> MatchEvent:
    label = event.text("label")
    head = event.text("head") if event.has("head") else None
    if head is not None and declared and head not in declared:
        raise UnreadableEntryError(f"the file has no head '{head[:60]}'")
    known = declared.get(head or _HEAD)
    if known is not None and label not in known:
        raise UnreadableEntryError(f"unknown class {label[:60]!r}: head '{head}' does not list it")
    confidence = next((event.number(key) for key in _CONFIDENCES if event.has(key)), None)
    return MatchEvent(
        rules.half(event.whole("half")) if event.has("half") else video.half,
        rules.position(_position_ms(event, video.starts_at)),
        rules.class_name(label),
        rules.team(event.text("team")) if event.has("team") else None,
        None if confidence is None else checked_confidence(confidence),
        event.values.get("visibility") != _NOT_SHOWN,
        event.text("player") if event.has("player") else "",
    )


def _position_ms(event: EntryFields, starts_at: datetime | None) -> float:
    """Where both are known, the time in UTC is what holds, and the position follows from it."""
    if event.has("timestamp_utc") and starts_at is not None:
        since = _utc(event.text("timestamp_utc")) - starts_at
        return since / timedelta(milliseconds=1)
    if event.has("timestamp_utc") and not event.has("position_ms"):
        raise UnreadableEntryError("it has a time in UTC, but its input no 'UTC_time_start'")
    if event.has("position_ms"):
        return event.whole("position_ms")
    if event.has("position"):
        return event.whole("position")
    raise UnreadableEntryError("'position_ms' is missing")


def _utc(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text.strip())
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, OverflowError):
        raise UnreadableEntryError(
            f"its UTC is {text[:40]!r}, not like '2026-01-01 12:00:00.000000'"
        ) from None


def write(videos: Sequence[VideoEvents], settings: FormatSettings) -> str:
    """The file of a data set."""
    classes = sorted({event.label for video in videos for event in video.events})
    data = {
        "version": "2.0",
        "date": datetime.now(UTC).date().isoformat(),
        "task": "action_spotting",
        "dataset_name": "",
        "description": "",
        "modalities": ["video"],
        "metadata": {"created_by": "touchline"},
        "labels": {_HEAD: {"type": "single_label", "labels": classes}},
        "data": [_sample_of(video, settings) for video in videos],
    }
    return json.dumps(data, indent=1, ensure_ascii=False) + "\n"


def _sample_of(video: VideoEvents, settings: FormatSettings) -> dict[str, Any]:
    path = video.video or f"{PurePosixPath(video.game) / str(video.half)}.mp4"
    media: dict[str, Any] = {"type": "video", "path": path}
    fps = settings.fps or video.fps
    if fps is not None:
        media["fps"] = fps
    if video.starts_at is not None:
        media["UTC_time_start"] = video.starts_at.strftime(_UTC_FORM)
    return {
        "id": video.key,
        "inputs": [media],
        "metadata": {"game_id": video.game, "half": video.half},
        "events": [_entry(event, video) for event in video.events],
    }


def _entry(event: MatchEvent, video: VideoEvents) -> dict[str, Any]:
    minutes, seconds = divmod(event.position_ms // 1000, 60)
    entry: dict[str, Any] = {
        "head": _HEAD,
        "label": event.label,
        "position_ms": event.position_ms,
        "gameTime": f"{event.half} - {minutes:02d}:{seconds:02d}",
    }
    if video.starts_at is not None:
        moment = video.starts_at + timedelta(milliseconds=event.position_ms)
        entry["timestamp_utc"] = moment.strftime(_UTC_FORM)
    if event.confidence is not None:
        # The tool that annotates reads the first, opensportslib the second.
        entry["confidence_score"] = entry["confidence"] = event.confidence
    if event.team is not None:
        entry["team"] = event.team
    if not event.visible:
        entry["visibility"] = _NOT_SHOWN
    if event.player:
        entry["player"] = event.player
    return entry


FORMAT = Format(
    name="osl",
    suffix=".json",
    description="OSL JSON 2.0 of OpenSportsLab, one file for a data set.",
    holds="data set",
    keeps=frozenset({"team", "confidence", "visibility", "player", "start in UTC"}),
    write=write,
    read=read,
    recognise=recognise,
)
