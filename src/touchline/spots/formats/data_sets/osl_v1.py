"""OSL JSON 1, as OSL-ActionSpotting has it: a file of a data set, by half or by sampled frame.

https://github.com/OpenSportsLab/OSL-ActionSpotting

`{"version": 1, "videos": [{"path_video" or "path_features": ..., "annotations": [...]}], "labels":
[...]}` has SoccerNet's annotations. For models that are trained on pixels there is a list of videos
with `fps`, `num_frames` and events that name a frame, whose comment is like "home; not shown".
"""

import re
from pathlib import PurePosixPath
from typing import Any

from touchline.errors import UserError
from touchline.games import UnreadableEntryError
from touchline.spots.formats.clock import parse_clock
from touchline.spots.formats.entry_fields import EntryFields
from touchline.spots.formats.event import MatchEvent, VideoEvents, by_half
from touchline.spots.formats.event_format import Format
from touchline.spots.formats.names import video_name
from touchline.spots.formats.read_rules import ReadRules, checked_confidence
from touchline.spots.formats.source_file import SourceFile

_PATHS = ("path_video", "path", "path_features", "video")
_FEATURES = re.compile(r"([1-9])_\w.*\.npy")
"""Features of a half, such as 1_ResNET_TF2_PCA512.npy."""

_NOT_SHOWN = "not shown"


def recognise(file: SourceFile) -> bool:
    """Whether a file has videos with annotations, or videos with their number of sampled frames."""
    if not file.looks_like_json:
        return False
    data = file.json
    if isinstance(data, dict):
        videos = data.get("videos")
        return isinstance(videos, list) and all(
            isinstance(one, dict) and set(_PATHS) & set(one) for one in videos[:1]
        )
    return is_frame_list(data)


def is_frame_list(data: Any) -> bool:
    """Whether it is a list of videos whose events name sampled frames."""
    return (
        isinstance(data, list)
        and bool(data)
        and all(isinstance(one, dict) and {"video", "num_frames"} <= set(one) for one in data[:1])
    )


def read(file: SourceFile, rules: ReadRules) -> list[VideoEvents]:
    """The events of all videos in a file."""
    data = file.json
    videos = data.get("videos") if isinstance(data, dict) else data
    if not isinstance(videos, list):
        raise UserError(f"{file.name} has no list 'videos'.")
    classes = _declared(data, file)
    seen: set[str] = set()

    def read_video(entry: Any) -> list[VideoEvents]:
        return _video(EntryFields(entry), classes, file, rules, seen)

    return [
        one for videos_of in rules.each(videos, file.name, read_video, "video") for one in videos_of
    ]


def _declared(data: Any, file: SourceFile) -> set[str] | None:
    """The classes that the file lists, if it does."""
    names = data.get("labels") if isinstance(data, dict) else None
    if names is None:
        return None
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise UserError(f"{file.name}: 'labels' is not a list of names.")
    return set(names)


def _video(
    video: EntryFields,
    classes: set[str] | None,
    file: SourceFile,
    rules: ReadRules,
    seen: set[str],
) -> list[VideoEvents]:
    key = next((name for name in _PATHS if video.has(name)), None)
    if key is None:
        raise UnreadableEntryError("it has no path")
    path = video.text(key)
    game, half = _name(path)
    if f"{game} {half}" in seen:
        raise UnreadableEntryError(f"video '{path[:60]}' is there already")
    seen.add(f"{game} {half}")
    fps = video.number("fps") if video.has("fps") else None
    if fps is not None and fps <= 0:
        raise UnreadableEntryError(f"its fps is {fps:g}")
    entries = next((video.items(name) for name in ("annotations", "events") if video.has(name)), [])
    found = rules.each(
        entries,
        f"{file.name}, video '{path[:60]}'",
        lambda entry: _event(EntryFields(entry), half, fps, classes, rules),
        "event",
    )
    halves = by_half(game, found) if found else [VideoEvents(game, half, ())]
    return [
        VideoEvents(game, one.half, one.events, "" if "features" in key else path) for one in halves
    ]


def _name(path: str) -> tuple[str, int]:
    """The game and the half of a video or of its features."""
    place = PurePosixPath(path.replace("\\", "/"))
    if half := _FEATURES.fullmatch(place.name):
        return video_name(place.with_name(half[1]).as_posix())
    return video_name(path)


def _event(
    event: EntryFields,
    half: int,
    fps: float | None,
    classes: set[str] | None,
    rules: ReadRules,
) -> MatchEvent:
    label = event.text("label")
    if classes is not None and label not in classes:
        raise UnreadableEntryError(f"unknown class {label[:60]!r}: 'labels' does not list it")
    number, position_ms = _when(event, half, fps)
    team, visibility = _comment(event)
    confidence = event.number("confidence") if event.has("confidence") else None
    return MatchEvent(
        rules.half(number),
        rules.position(position_ms),
        rules.class_name(label),
        rules.team(team),
        None if confidence is None else checked_confidence(confidence),
        visibility != _NOT_SHOWN,
        "",
    )


def _when(event: EntryFields, half: int, fps: float | None) -> tuple[int, float]:
    """The half and the time in it, in ms: of a position, else of a frame, else of the clock."""
    clock = event.text("gameTime") if event.has("gameTime") else ""
    named, dash, time = clock.partition(" - ")
    if dash:
        if not named.strip().isdecimal() or len(named.strip()) > 1:
            raise UnreadableEntryError(f"gameTime is {clock[:40]!r}, not like '1 - 00:42'")
        half = int(named)
    if event.has("position"):
        return half, event.whole("position")
    if event.has("frame"):
        if fps is None:
            raise UnreadableEntryError("it names a frame, but its video no fps")
        return half, event.whole("frame") * 1000 / fps
    return half, parse_clock(time if dash else clock)


def _comment(event: EntryFields) -> tuple[str | None, str]:
    """Team and visibility: fields of their own, or both in a comment."""
    first, _, second = (
        event.text("comment").partition(";") if event.has("comment") else ("", "", "")
    )
    team = event.text("team") if event.has("team") else first.strip()
    visibility = event.text("visibility") if event.has("visibility") else second.strip()
    return team, visibility


FORMAT = Format(
    name="osl-v1",
    suffix=".json",
    description="OSL JSON 1 of OSL-ActionSpotting, one file for a data set.",
    holds="data set",
    keeps=frozenset({"team", "confidence", "visibility"}),
    write=None,
    read=read,
    recognise=recognise,
)
