"""Features of frames are computed once for each half and network, and kept in the user's cache.

A feature is found by the content of its frame and of the frame before it, so it is never that of
another picture, whatever a control did to the frames.
"""

import hashlib
import logging
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.numpy import load, save

from touchline.bounded_reading import read_bounded
from touchline.disk import cache_folder
from touchline.files import whole_file

Features = NDArray[np.float32]
Compute = Callable[[list[int]], Features]
"""Computes the features of some frames of a window, by their places in it."""

_KEY_BYTES = 16
_KEYS, _FEATURES = "keys", "features"
_MOST_BYTES = 1_000_000_000
_LOG = logging.getLogger(__name__)


def frame_keys(jpegs: Sequence[bytes]) -> list[bytes]:
    """What identifies the features of each frame of a window: its content and the one before."""
    contents = [hashlib.blake2b(jpeg, digest_size=_KEY_BYTES).digest() for jpeg in jpegs]
    before = [contents[0], *contents[:-1]] if contents else []
    return [
        hashlib.blake2b(one + other, digest_size=_KEY_BYTES).digest()
        for one, other in zip(before, contents, strict=True)
    ]


class FeatureCache:
    """The features of one half at a time, on disk between runs.

    Args:
        weights: identifies the network.
        features: numbers for each frame.
        folder: of the files; None takes the user's.
    """

    def __init__(self, weights: str, features: int, folder: Path | None = None) -> None:
        self._weights, self._features = weights, features
        self._folder = folder or cache_folder("features")
        self._half: tuple[str, int] | None = None
        self._known: dict[bytes, Features] = {}
        self._is_new = False

    def features(self, half: tuple[str, int], keys: Sequence[bytes], compute: Compute) -> Features:
        """The features of a window's frames; those not known yet are computed.

        Args:
            half: the game's id and the number of the half.
            keys: of the frames, see `frame_keys`.
            compute: computes those at some places of the window.

        Returns:
            Shape (frames, features).
        """
        if half != self._half:
            self.save()
            self._half, self._known = half, self._read(self._path(half))
        missing = [place for place, key in enumerate(keys) if key not in self._known]
        if missing:
            found = compute(missing)
            self._known.update(zip((keys[place] for place in missing), found, strict=True))
            self._is_new = True
        return np.stack([self._known[key] for key in keys])

    def save(self) -> None:
        """Writes what was computed for the current half."""
        if self._half is None or not self._is_new:
            return
        arrays: dict[str, NDArray[Any]] = {
            _KEYS: np.frombuffer(b"".join(self._known), np.uint8).reshape(-1, _KEY_BYTES),
            _FEATURES: np.stack(list(self._known.values())),
        }
        with whole_file(self._path(self._half)) as file:
            file.write(save(arrays))
        self._is_new = False

    def _path(self, half: tuple[str, int]) -> Path:
        name = hashlib.blake2b(repr((self._weights, *half)).encode(), digest_size=_KEY_BYTES)
        return self._folder / f"{name.hexdigest()}.safetensors"

    def _read(self, path: Path) -> dict[bytes, Features]:
        """What a file holds; nothing where there is none, or it cannot be used."""
        try:
            arrays = load(read_bounded(path, _MOST_BYTES))
            keys, features = arrays[_KEYS], arrays[_FEATURES]
        except FileNotFoundError:
            return {}
        except (OSError, SafetensorError, KeyError, ValueError):
            _LOG.warning("%s cannot be read: its features are computed again", path)
            return {}
        fits = (
            keys.shape == (len(features), _KEY_BYTES)
            and keys.dtype == np.uint8
            and features.shape == (len(keys), self._features)
            and features.dtype == np.float32
            and bool(np.isfinite(features).all())
        )
        if not fits:
            _LOG.warning("%s is of another network: its features are computed again", path)
            return {}
        return dict(zip(map(bytes, keys), features, strict=True))
