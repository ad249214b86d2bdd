"""Raw replies of runs that other programs made: window starts and texts, aligned to games.

The layout is that of the retrospective's files: `alignment.json`, a list that maps each
`video_index` to its `game`, `half` and `video_s`, beside `raw/*_video_<index>.json`, a list of
`{"time": start of the window in seconds, "raw": the reply's text}`. Windows that answered "None"
were not recorded. Where the entry has `first_t` and `last_t`, the windows that start before or
after these were never asked, which is not the same.
"""

import json
import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import BaseModel, Field, TypeAdapter, ValidationError

from touchline.errors import UserError, reason_of
from touchline.replies.retrospective_files.layout import ALIGNMENT_FILE
from touchline.validation import one_sentence
from touchline.video import FrameSpec, Window

RETROSPECTIVE_SPEC = FrameSpec(fps=5.0, window=3, stride=2)
"""How the retrospective cut its videos: 15 frames of 3 s, every 2 s."""


class _Aligned(BaseModel):
    video_index: int
    game: str = Field(min_length=1)
    half: int = Field(ge=1, le=2)
    video_s: float = Field(gt=0)
    first_t: float = Field(default=0.0, ge=0)
    last_t: float | None = Field(default=None, ge=0)


class _Record(BaseModel):
    time: float = Field(ge=0)
    raw: str


@dataclass(frozen=True, slots=True)
class RawReply:
    """The reply of a model about a window.

    Attributes:
        window: the window.
        text: the raw reply.
    """

    window: Window
    text: str


@dataclass(frozen=True, slots=True)
class RawHalf:
    """The replies of one half.

    Attributes:
        game: id of the game.
        half: 1 or 2.
        length_ms: length of the video.
        windows: how many windows were asked; those without a reply here answered "None".
        watched_ms: from where to where they show the video.
        replies: in the order of the file.
    """

    game: str
    half: int
    length_ms: int
    windows: int
    watched_ms: tuple[int, int]
    replies: tuple[RawReply, ...]


def read_retrospective(folder: Path, spec: FrameSpec = RETROSPECTIVE_SPEC) -> list[RawHalf]:
    """The raw replies of every aligned half.

    Args:
        folder: holds `alignment.json` and `raw/`.
        spec: how the windows were cut.

    Raises:
        UserError: a file is missing or does not have the layout.
    """
    aligned = _read(folder / ALIGNMENT_FILE, _Aligned)
    return [_half(folder, entry, spec) for entry in aligned]


def _half(folder: Path, aligned: _Aligned, spec: FrameSpec) -> RawHalf:
    found = sorted((folder / "raw").glob(f"*_video_{aligned.video_index}.json"))
    if len(found) != 1:
        raise UserError(
            f"{folder / 'raw'} contains {len(found)} files *_video_{aligned.video_index}.json, of "
            f"which {ALIGNMENT_FILE} needs exactly one."
        )
    length_ms = round(1000 * aligned.video_s)
    total = math.ceil(length_ms / spec.stride_ms)
    first_ms = round(1000 * aligned.first_t)
    last_ms = (total - 1) * spec.stride_ms
    if aligned.last_t is not None:
        last_ms = min(last_ms, round(1000 * aligned.last_t))
    if last_ms < first_ms:
        raise UserError(
            f"{folder / ALIGNMENT_FILE}: video {aligned.video_index} has first_t after last_t, or "
            "after the end of the video."
        )
    replies = tuple(
        RawReply(_window(aligned, round(1000 * record.time), total, spec), record.raw)
        for record in _read(found[0], _Record)
    )
    for reply in replies:
        if not first_ms <= reply.window.start_ms <= last_ms:
            raise UserError(
                f"{found[0]} has a reply to a window at {reply.window.start_ms / 1000:g} s, "
                f"outside of first_t to last_t of {ALIGNMENT_FILE} ({first_ms / 1000:g} to "
                f"{last_ms / 1000:g} s): correct these."
            )
    return RawHalf(
        aligned.game,
        aligned.half,
        length_ms,
        (last_ms - first_ms) // spec.stride_ms + 1,
        (first_ms, min(last_ms + spec.window_ms, length_ms)),
        replies,
    )


def _window(aligned: _Aligned, start_ms: int, total: int, spec: FrameSpec) -> Window:
    step = 1000 / spec.fps
    frames = round(spec.window_ms / step)
    return Window(
        aligned.game,
        aligned.half,
        start_ms // spec.stride_ms,
        total,
        start_ms,
        start_ms + spec.window_ms,
        tuple(round(start_ms + i * step) for i in range(frames)),
    )


def _read(path: Path, kind: type[Any]) -> list[Any]:
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise UserError(f"{path} cannot be read as JSON: {reason_of(error)}.") from error
    try:
        return TypeAdapter(list[kind]).validate_python(data)  # type: ignore[valid-type]
    except ValidationError as error:
        raise UserError(f"{path}: {one_sentence(error)}") from error
