"""The frame store: sampled frames of a half, decoded once and shared by windows, models and runs.

One file for each (video, frame rate, height): JPEG files one after the other, then an index as
JSON, then the index's length. It is written beside its place and moved there when whole, so a
reader never sees half a store and a killed writer leaves nothing in the way. Every engine is
given the same JPEG bytes, so a model sees the same pixels in-process and behind an endpoint.
"""

import hashlib
import json
import os
import struct
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from touchline.files import whole_file
from touchline.games import Half
from touchline.video.cache import SUFFIX, cache_folder
from touchline.video.decode import JPEG_QUALITY, decode
from touchline.video.nouns import Recipe
from touchline.video.probe import VideoFacts, probe
from touchline.video.windows import sample_times

_LENGTH = struct.Struct("<Q")


class MissingFrameError(Exception):
    """A frame that was announced by the file did not decode."""


@dataclass(frozen=True)
class FrameStore:
    """Frames of one half on disk. Reading is safe from several threads.

    Attributes:
        path: the store's file.
    """

    path: Path
    _places: dict[int, tuple[int, int]] = field(repr=False)

    def jpegs(self, times_ms: Sequence[int]) -> list[bytes]:
        """The frames at the given true times, as JPEG files.

        Raises:
            MissingFrameError: one of them is not in the store.
        """
        for time_ms in times_ms:
            if time_ms not in self._places:
                raise MissingFrameError(f"the frame at {time_ms / 1000:.3f} s does not decode")
        with self.path.open("rb") as file:
            return [os.pread(file.fileno(), *self._span(time_ms)) for time_ms in times_ms]

    def _span(self, time_ms: int) -> tuple[int, int]:
        offset, length = self._places[time_ms]
        return length, offset

    def __len__(self) -> int:
        return len(self._places)


def frames(half: Half, recipe: Recipe, cache: Path | None = None) -> FrameStore:
    """The store with every frame that a recipe takes from a half; built if it is not there.

    Args:
        half: the half.
        recipe: frame rate and height; windows do not matter.
        cache: folder for stores; None takes the user's cache folder.

    Raises:
        UserError: the video cannot be read.
    """
    facts = probe(half.video)
    path = (cache or cache_folder()) / f"{_name(facts, recipe)}{SUFFIX}"
    if not path.is_file():
        _build(path, half.video, facts, recipe)
    return FrameStore(path, _index(path))


def frame_facts(recipe: Recipe) -> dict[str, float | int | None]:
    """How the pixels of a recipe's frames are made, for a request's key."""
    return {"height": recipe.height, "jpeg_quality": JPEG_QUALITY}


def _name(facts: VideoFacts, recipe: Recipe) -> str:
    made = json.dumps({"fps": recipe.fps, **frame_facts(recipe)}, sort_keys=True)
    return f"{facts.fingerprint}-{hashlib.sha256(made.encode()).hexdigest()[:12]}"


def _build(path: Path, video: Path, facts: VideoFacts, recipe: Recipe) -> None:
    times = sample_times(facts.frame_times_ms, recipe.fps)
    places: dict[int, tuple[int, int]] = {}
    with whole_file(path) as file:
        for time_ms, jpeg in decode(video, times, recipe.height):
            places[time_ms] = (file.tell(), len(jpeg))
            file.write(jpeg)
        index = json.dumps(list(places.items())).encode()
        file.write(index + _LENGTH.pack(len(index)))


def _index(path: Path) -> dict[int, tuple[int, int]]:
    with path.open("rb") as file:
        file.seek(-_LENGTH.size, os.SEEK_END)
        (length,) = _LENGTH.unpack(file.read())
        file.seek(-_LENGTH.size - length, os.SEEK_END)
        return {
            time_ms: (offset, size) for time_ms, (offset, size) in json.loads(file.read(length))
        }
