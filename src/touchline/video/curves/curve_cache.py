"""Curves are measured once for each video and kept as arrays in the user's cache folder."""

import zipfile
import zlib
from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from touchline.disk import cache_folder
from touchline.files import whole_file
from touchline.video.probe import probe_video

Arrays = Mapping[str, NDArray[np.generic]]

_DAMAGED = (
    EOFError,
    KeyError,
    MemoryError,
    RuntimeError,
    SyntaxError,
    ValueError,
    zipfile.BadZipFile,
    zlib.error,
)
"""What NumPy raises for an archive that is not as it was written: each array in it has a
checksum, but what describes them is read before that."""


def measured_once(video: Path, name: str, measure: Callable[[], Arrays]) -> Arrays:
    """What was measured of a video; read from the cache where it was measured before.

    Args:
        video: the file.
        name: name and version of the measurement; another version is measured again.
        measure: does it.

    Raises:
        UserError: the video cannot be read.
    """
    path = cache_folder("curves") / f"{probe_video(video).fingerprint}-{name}.npz"
    try:
        with np.load(path, allow_pickle=False) as arrays:
            return dict(arrays)
    except (OSError, *_DAMAGED):
        measured = measure()
    with whole_file(path) as file:
        np.savez_compressed(file, **measured)  # type: ignore[arg-type]
    return measured
