"""What a file or a folder holds where it is not what was asked for, as part of a sentence."""

import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import PurePosixPath
from typing import Any

from touchline.games.game_files import HERE, GameFiles, UnreadableFileError
from touchline.games.task_registry import find_task, task_names

_KNOWN_NAMES = {
    "Labels-caption.json": "SoccerNet's captions, not labels of events",
    "Labels-cameras.json": "SoccerNet's camera changes, not labels of events",
    "results_spotting.json": "predictions, not labels",
}

_LOOKED_AT = 3
"""Files that are opened to find out what a folder holds."""


def known_as(data: Any) -> str:
    """What to add to a sentence about a JSON file of another form: what it is, or nothing.

    Args:
        data: what the file holds.

    >>> known_as({"version": "2.0", "data": [{"events": []}]})
    '; it is OSL JSON 2.0 (touchline convert IN OUT --to soccernet reads it)'
    >>> known_as({"a": 1})
    ''
    """
    if not isinstance(data, dict):
        return ""
    found = next((name for name, fits in _FORMS.items() if fits(data)), None)
    reads = f" ({_CONVERT} reads it)" if found in _CONVERTED else ""
    return f"; it is {found}{reads}" if found else ""


def holdings(files: GameFiles, file_name: str) -> str:
    """What to add to a sentence about a source without the files that were asked for.

    Args:
        files: the source.
        file_name: what its files should be called.

    Returns:
        Which task's labels it holds, which format its files have, or how they are called.
    """
    names = list(files.names())
    if not names:
        return ": it has no files"
    last = [PurePosixPath(name.replace("\\", "/")).name for name in names]
    more = f" and {len(names) - 1:,} more" if len(names) > 1 else ""
    return (
        _by_name(last, file_name) or _by_content(files, names) or f": it holds '{names[0]}'{more}"
    )


def _by_name(names: Sequence[str], file_name: str) -> str:
    """What the names of files say, or nothing."""
    for label_file in dict.fromkeys(find_task(name).label_file for name in task_names()):
        if label_file in names:
            tasks = [name for name in task_names() if find_task(name).label_file == label_file]
            return f": it holds {label_file}, the labels of --task {' or '.join(tasks)}"
    known = next((name for name in names if name in _KNOWN_NAMES), None)
    if known:
        return f": it holds {known}, which are {_KNOWN_NAMES[known]}"
    cased = next((name for name in names if name.lower() == file_name.lower()), None)
    if cased:
        return f": it holds {cased}; rename it to {file_name}"
    packed = next((name for name in names if name.endswith(".zip")), None)
    return f": it holds zip files ('{packed}'); unpack them" if packed else ""


def _by_content(files: GameFiles, names: Sequence[str]) -> str:
    """What the first JSON files hold, or nothing."""
    for name in [one for one in names if one.endswith(".json")][:_LOOKED_AT]:
        folder, _, base = name.replace("\\", "/").rpartition("/")
        try:
            known = known_as(json.loads(files.read(folder or HERE, base)))
        except (KeyError, ValueError, RecursionError, UnreadableFileError):
            continue
        if known:
            return f": '{name}' is there{known}"
    return ""


def _has_entries(data: Mapping[str, Any], key: str, *keys: str) -> bool:
    entries = data.get(key)
    first = entries[0] if isinstance(entries, list) and entries else None
    return isinstance(first, dict) and any(one in first for one in keys)


def _is_footpass(data: Mapping[str, Any]) -> bool:
    events = data.get("events")
    return isinstance(events, dict) and isinstance(data.get("keys"), list)


_FORMS: Mapping[str, Callable[[Mapping[str, Any]], bool]] = {
    "OSL JSON 2.0": lambda data: _has_entries(data, "data", "events", "inputs"),
    "OSL JSON 1": lambda data: _has_entries(data, "videos", "annotations", "path"),
    "SoccerTrack's list of ball actions": lambda data: _has_entries(
        data, "actions", "gameTime", "label"
    ),
    "FOOTPASS's events": _is_footpass,
    "COCO": lambda data: "categories" in data and "images" in data,
    "a file of predictions (results_spotting.json), not of labels": lambda data: isinstance(
        data.get("predictions"), list
    ),
    "a file of labels (annotations), not of predictions": lambda data: isinstance(
        data.get("annotations"), list
    ),
    "ActivityNet's JSON": lambda data: (
        isinstance(data.get("database"), dict) or isinstance(data.get("results"), dict)
    ),
}
"""How the formats of others are known by what they hold."""

_CONVERT = "touchline convert IN OUT --to soccernet"
_CONVERTED = (
    "OSL JSON 2.0",
    "SoccerTrack's list of ball actions",
    "FOOTPASS's events",
    "ActivityNet's JSON",
)
