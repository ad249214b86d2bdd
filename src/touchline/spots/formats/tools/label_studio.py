"""Label Studio's tasks with timeline labels on videos, one file for a data set.

https://labelstud.io/tags/timelinelabels

Spots are predictions, labels are annotations; of a task that has both, and of several people's
annotations, the first annotation is read. A range counts frames from 1, so the frame rate has
to be known and to be `frameRate` of the tag `<Video>`; the exact time stands in the region's notes
(`meta.text`).
"""

import json
import re
from collections.abc import Sequence
from typing import Any

from touchline.errors import UserError
from touchline.games import UnreadableEntryError
from touchline.spots.formats.entry_fields import EntryFields, wrong
from touchline.spots.formats.event import MatchEvent, VideoEvents
from touchline.spots.formats.event_format import Format, FormatSettings
from touchline.spots.formats.event_segments import POSITION
from touchline.spots.formats.names import video_name
from touchline.spots.formats.read_rules import ReadRules, checked_confidence
from touchline.spots.formats.source_file import SourceFile

_KIND = "timelinelabels"
_FROM, _TO = "events", "video"
_EXACT = re.compile(rf"{POSITION}=(\d{{1,12}})")
_TEAM = re.compile(r"team=(home|away|left|right)")
_LISTS = ("annotations", "predictions")


def recognise(file: SourceFile) -> bool:
    """Whether a file is a list of tasks."""
    if not file.looks_like_json or not isinstance(file.json, list):
        return False
    return bool(file.json) and all(
        isinstance(one, dict) and isinstance(one.get("data"), dict) for one in file.json[:1]
    )


def read(file: SourceFile, rules: ReadRules) -> list[VideoEvents]:
    """The events of all tasks in a file."""
    if not isinstance(file.json, list):
        raise UserError(f"{file.name} is not a list of tasks.")
    seen: set[str] = set()
    return rules.each(file.json, file.name, lambda one: _task(one, file, rules, seen), "task")


def _task(entry: Any, file: SourceFile, rules: ReadRules, seen: set[str]) -> VideoEvents:
    task = EntryFields(entry)
    data = task.object("data")
    path = next((data.text(key) for key in ("video", "video_url") if data.has(key)), "")
    game, half = video_name(path) if path else (file.game, file.half)
    if data.has("game_id") and data.has("half"):
        game, half = data.text("game_id"), rules.half(data.whole("half"))
    fps = data.number("fps") if data.has("fps") else rules.fps
    if fps is not None and fps <= 0:
        raise UnreadableEntryError(f"'fps' is {fps:g}, not above 0")
    video = VideoEvents(game, half, (), path, fps=fps)
    if video.key in seen:
        raise UnreadableEntryError(f"a task about '{video.key[:60]}' is there already")
    seen.add(video.key)
    kind = next((one for one in _LISTS if task.values.get(one)), _LISTS[0])
    given = task.items(kind) if task.has(kind) else []
    if len(given) > 1:
        rules.remarks[f"{kind} of one task beside the first are left out"] += len(given) - 1
    if kind == _LISTS[0] and task.values.get(_LISTS[1]):
        rules.remarks["predictions of a task that has annotations are left out"] += 1
    if not given:
        return video
    results = EntryFields(given[0], f"the first of '{kind}'").items("result")
    where = f"{file.name}, '{video.key[:60]}'"
    found = rules.each(results, where, lambda one: _region(one, video, rules), "region")
    return video.with_events(event for event in found if event is not None)


def _region(entry: Any, video: VideoEvents, rules: ReadRules) -> MatchEvent | None:
    region = EntryFields(entry)
    if region.values.get("type") != _KIND:
        rules.remarks[f"a region that is not of {_KIND} is left out"] += 1
        return None
    value = region.object("value")
    names = value.items(_KIND)
    if len(names) != 1 or not isinstance(names[0], str):
        raise wrong(_KIND, names, "a list of one class")
    meta = region.object("meta") if region.has("meta") else EntryFields({})
    notes = (
        " ".join(map(str, meta.items("text"))) if isinstance(meta.values.get("text"), list) else ""
    )
    exact, team = _EXACT.search(notes), _TEAM.search(notes)
    return MatchEvent(
        video.half,
        rules.position(int(exact[1])) if exact else _range_ms(value, video, rules),
        rules.class_name(names[0]),
        team[1] if team else None,
        checked_confidence(region.number("score")) if region.has("score") else None,
    )


def _range_ms(value: EntryFields, video: VideoEvents, rules: ReadRules) -> int:
    ranges = value.items("ranges")
    if len(ranges) != 1:
        raise UnreadableEntryError(f"'ranges' has {len(ranges)} ranges, not 1")
    if video.fps is None:
        raise UnreadableEntryError("it counts frames, so their rate has to be given with --in-fps")
    frames = EntryFields(ranges[0], "its range")
    first, last = frames.whole("start"), frames.whole("end")
    if first < 1:
        raise UnreadableEntryError(f"its range starts at frame {first}; frames count from 1")
    return rules.segment((first - 1) * 1000 / video.fps, (last - 1) * 1000 / video.fps)


def write(videos: Sequence[VideoEvents], settings: FormatSettings) -> str:
    """The tasks of a data set.

    Raises:
        UserError: the frame rate of a video is not known.
    """
    return (
        json.dumps([_task_of(one, settings) for one in videos], indent=1, ensure_ascii=False) + "\n"
    )


def _task_of(video: VideoEvents, settings: FormatSettings) -> dict[str, Any]:
    fps = settings.fps or video.fps
    if fps is None:
        raise UserError(
            f"label-studio counts frames: give the frame rate of {video.key} with --fps."
        )
    regions = [_region_of(event, place, fps) for place, event in enumerate(video.events, start=1)]
    data = {"video": video.video, "game_id": video.game, "half": video.half, "fps": fps}
    if video.has_spots:
        return {"data": data, "predictions": [{"model_version": "touchline", "result": regions}]}
    return {"data": data, "annotations": [{"result": regions}]}


def _region_of(event: MatchEvent, place: int, fps: float) -> dict[str, Any]:
    frame = 1 + round(event.position_ms * fps / 1000)
    notes = [f"{POSITION}={event.position_ms}"] + ([f"team={event.team}"] if event.team else [])
    region: dict[str, Any] = {
        "id": f"event{place}",
        "type": _KIND,
        "from_name": _FROM,
        "to_name": _TO,
        "value": {"ranges": [{"start": frame, "end": frame}], _KIND: [event.label]},
        "meta": {"text": notes},
    }
    return region if event.confidence is None else region | {"score": event.confidence}


FORMAT = Format(
    name="label-studio",
    suffix=".json",
    description="Label Studio's tasks with timeline labels, one file for a data set.",
    holds="data set",
    keeps=frozenset({"team", "confidence"}),
    counts_frames=True,
    write=write,
    read=read,
    recognise=recognise,
)
