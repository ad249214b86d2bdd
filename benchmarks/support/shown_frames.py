"""Which pictures of a video a toolkit showed: for each frame, the nearest picture."""

import base64
import io
import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import av
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from .half_video import FPS

WIDTH, HEIGHT = 199, 112
AROUND = 2
"""Pictures before and after a wanted one that a frame is also compared with."""
SAME_LEVELS = 0.5
"""Two pictures that differ by less on average, of 255, are not told apart: nothing moves."""


class Shown(NamedTuple):
    """Frames shown, how many are not the wanted pictures, by how much, and their sizes."""

    frames: int
    off: Counter[int]
    sizes: Counter[tuple[int, int]]
    kilobytes: float

    @property
    def sentence(self) -> str:
        sizes = " and ".join(f"{width} x {height}" for width, height in self.sizes)
        wrong = sum(self.off.values()) - self.off[0]
        furthest_ms = max((abs(step) for step in self.off), default=0) * 1000 // FPS
        which = "all the wanted pictures"
        if wrong:
            which = f"{wrong} of them not the wanted picture but one up to {furthest_ms} ms away"
        return f"{self.frames} frames of {sizes}, {self.kilobytes:.0f} kB each, {which}"


def shown_frames(bodies: Path, video: Path, every_s: float, wanted: int) -> Shown:
    """Looks at all frames of the kept questions, each question once.

    Args:
        bodies: the folder with the questions, as JSON of OpenAI's chat completions.
        video: of FPS pictures a second, the first at 0.
        every_s: seconds from one wanted picture to the next.
        wanted: how many there are.
    """
    numbers = [round(place * every_s * FPS) for place in range(wanted)]
    pictures = dict(_pictures(video, numbers))
    stack = np.stack([pictures[number] for number in numbers]).astype(np.int16)
    off: Counter[int] = Counter()
    sizes: Counter[tuple[int, int]] = Counter()
    size = 0
    seen = {file.read_bytes() for file in sorted(bodies.iterdir())}
    for body in seen:
        for jpeg in _images(json.loads(body)):
            image = Image.open(io.BytesIO(jpeg))
            sizes[image.size] += 1
            size += len(jpeg)
            small = np.asarray(image.convert("L").resize((WIDTH, HEIGHT), Image.Resampling.BOX))
            nearest = numbers[int(np.abs(stack - small).mean(axis=(1, 2)).argmin())]
            off[_step(small.astype(np.int16), nearest, pictures)] += 1
    frames = sum(sizes.values())
    return Shown(frames, off, sizes, size / 1000 / max(frames, 1))


def _step(small: NDArray[np.int16], wanted: int, pictures: dict[int, NDArray[np.uint8]]) -> int:
    """By how many pictures the nearest lies beside the wanted one."""
    steps = [step for step in range(-AROUND, AROUND + 1) if wanted + step in pictures]
    best = min(steps, key=lambda step: np.abs(small - pictures[wanted + step]).mean())
    beside = pictures[wanted].astype(np.int16) - pictures[wanted + best]
    return best if np.abs(beside).mean() >= SAME_LEVELS else 0


def _images(body: dict[str, object]) -> Iterator[bytes]:
    messages = body["messages"]
    assert isinstance(messages, list)
    for message in messages:
        for part in message["content"] if isinstance(message["content"], list) else ():
            if part["type"] == "image_url":
                yield base64.b64decode(part["image_url"]["url"].split(",", 1)[1])


def _pictures(video: Path, numbers: list[int]) -> Iterator[tuple[int, NDArray[np.uint8]]]:
    """The wanted pictures and those around them, small and grey."""
    kept = {number + step for number in numbers for step in range(-AROUND, AROUND + 1)}
    with av.open(str(video)) as container:
        for number, frame in enumerate(container.decode(video=0)):
            if number in kept:
                grey = Image.fromarray(frame.to_ndarray(format="rgb24")).convert("L")
                yield number, np.asarray(grey.resize((WIDTH, HEIGHT), Image.Resampling.BOX))
