"""Training data: the pixels of a half as the model gets them, and its labels."""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from touchline.errors import UserError
from touchline.games import Game, Half, Label, Task
from touchline.train.demo_model.training_settings import (
    DEMO_MATCH,
    FRAME_SPEC,
    PHASES,
    VALIDATION_MATCHES,
)
from touchline.video import FrameSpec, Window, cut_windows, open_frame_store

SPREAD_MS = 700
"""Standard deviation of the bell that stands for an event in the classifier's target."""

_TEAM_SPREAD_MS = 1100
"""The team of an event is learned this far around it."""

_FINE = FRAME_SPEC.model_copy(update={"fps": FRAME_SPEC.fps * PHASES})
"""Frames are stored at every phase; a clip takes every `PHASES`th of them."""


@dataclass(frozen=True, slots=True)
class HalfClips:
    """One half, ready to be cut into clips.

    Attributes:
        half: the half.
        task: whose classes and teams the labels have.
        pixels: what the processor makes of each frame before it normalizes: 8-bit values,
            shape (frames, side, side, 3).
        times_ms: time of each frame, shape (frames,).
        classes: how near each class is, 1 at the event, shape (frames, classes).
        teams: 1 the first team of the task, 0 the second, -1 no event near, shape (frames,
            classes).
        events: the labels of the half: class and time in milliseconds.
    """

    half: Half
    task: Task
    pixels: NDArray[np.uint8]
    times_ms: NDArray[np.int64]
    classes: NDArray[np.float32]
    teams: NDArray[np.float32]
    events: tuple[tuple[str, int], ...]


def split_games(games: Sequence[Game], task: Task) -> tuple[list[Game], list[Game]]:
    """Games to train on and games to validate on; the demo match is in neither.

    Raises:
        UserError: no game is left to train on, or a game has no labels.
    """
    usable = [game for game in games if _folder(game) != DEMO_MATCH]
    training = [game for game in usable if _folder(game) not in VALIDATION_MATCHES]
    if not training:
        raise UserError(
            "no game is left to train on: the demo match and the validation games do not count."
        )
    for game in usable:
        if game.labels is None:
            raise UserError(
                f"game '{game.id}' has no {task.label_file}, so nothing can be learned."
            )
    return training, [game for game in usable if _folder(game) in VALIDATION_MATCHES]


def _folder(game: Game) -> str:
    return game.id.rsplit("/", 1)[-1]


def read_clips(game: Game, task: Task, processor: Any, cache: Path | None) -> list[HalfClips]:
    """All halves of a game with their labels.

    Args:
        game: a labelled game.
        task: of the labels.
        processor: whose image processor makes the pixels.
        cache: folder of the frame stores; None takes the default one.

    Raises:
        UserError: a video cannot be read.
    """
    return [_read_half(half, task, game.labels or (), processor, cache) for half in game.halves]


def _read_half(
    half: Half, task: Task, labels: Sequence[Label], processor: Any, cache: Path | None
) -> HalfClips:
    store = open_frame_store(half, _FINE, cache)
    times = sorted({time for window in cut_windows(half, _FINE) for time in window.frame_times_ms})
    times_ms = np.array(times, dtype=np.int64)
    events = [label for label in labels if label.half == half.number]
    classes, teams = targets(times_ms, events, task)
    named = tuple((label.label, label.position_ms) for label in events)
    pixels = _pixels(store.jpegs(times), processor)
    return HalfClips(half, task, pixels, times_ms, classes, teams, named)


def _pixels(jpegs: Sequence[bytes], processor: Any) -> NDArray[np.uint8]:
    """The frames as the processor resizes them; normalizing is undone, without loss."""
    made = []
    for jpeg in jpegs:
        image = Image.open(io.BytesIO(jpeg)).convert("RGB")
        values = processor.image_processor([image], return_tensors="np")["pixel_values"][0, 0]
        made.append(np.rint((values * 0.5 + 0.5) * 255).astype(np.uint8).transpose(1, 2, 0))
    return np.stack(made)


def targets(
    times_ms: NDArray[np.int64], labels: Sequence[Label], task: Task
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """What the classifier learns at each frame.

    Args:
        times_ms: time of each frame, shape (frames,).
        labels: events of the half.
        task: of the labels.

    Returns:
        How near each class is, from 0 to 1, and the team of the event that is near (1 the
        first of the task, 0 the second, -1 none), both of shape (frames, classes).
    """
    classes = np.zeros((len(times_ms), len(task.classes)), dtype=np.float32)
    teams = np.full_like(classes, -1)
    for label in labels:
        column = task.class_index(label.label)
        distance_ms = np.abs(times_ms - label.position_ms)
        bell = np.exp(-0.5 * (distance_ms / SPREAD_MS) ** 2)
        classes[:, column] = np.maximum(classes[:, column], bell)
        if label.team in task.teams:
            teams[distance_ms < _TEAM_SPREAD_MS, column] = float(label.team == task.teams[0])
    return classes, teams


def draw_first(draw: np.random.Generator, frames: int, longest: int) -> int:
    """The first frame of a random clip; both ends of a half are drawn more often.

    Otherwise the first and last seconds of a half, and so its kick-off, would hardly ever be
    used.

    Args:
        draw: random number generator.
        frames: frames of the half.
        longest: frames that the clip spans.
    """
    last = frames - longest
    return int(np.clip(draw.integers(-longest // 2, last + longest // 2 + 1), 0, last))


def window_at(clips: HalfClips, first: int, count: int) -> tuple[Window, NDArray[np.int64]]:
    """The window that begins at a frame, as `cut_windows` would cut it, and its frames' places.

    Args:
        clips: the half.
        first: place of the first frame.
        count: frames in the window.
    """
    places = first + PHASES * np.arange(count)
    step_ms = 1000 / _FINE.fps
    start_ms = round(float(clips.times_ms[first] // step_ms * step_ms))
    window = Window(
        game=clips.half.game,
        half=clips.half.number,
        index=0,
        total=1,
        start_ms=start_ms,
        end_ms=start_ms + round(count * 1000 / FRAME_SPEC.fps),
        frame_times_ms=tuple(clips.times_ms[places].tolist()),
    )
    return window, places


def prompt_windows(spec: FrameSpec = FRAME_SPEC) -> list[Window]:
    """A window of each length that a half may end with, for all prompts that can occur."""
    step_ms = round(1000 / spec.fps)
    longest = spec.window_ms // step_ms
    return [
        Window("", 1, 0, 1, 0, count * step_ms, tuple(range(0, count * step_ms, step_ms)))
        for count in range(1, longest + 1)
    ]
