"""Curves are measured once for each video: arrays in the user's cache folder, known by content."""

import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from touchline.files import whole_file
from touchline.video.frame_store.eviction import cache_folder
from touchline.video.probe import probe_video

Arrays = Mapping[str, NDArray[np.generic]]


def measured_once(video: Path, what: str, measure: Callable[[], Arrays]) -> Arrays:
    """What was measured of a video, from the cache where it is there already.

    Args:
        video: the file.
        what: name and version of the measurement; another version is measured again.
        measure: does it.

    Raises:
        UserError: the video cannot be read.
    """
    path = cache_folder().parent / "curves" / f"{probe_video(video).fingerprint}-{what}.npz"
    try:
        with np.load(path, allow_pickle=False) as kept:
            return dict(kept)
    except (OSError, ValueError, zipfile.BadZipFile):
        arrays = measure()
    with whole_file(path) as file:
        np.savez_compressed(file, **arrays)  # type: ignore[arg-type]
    return arrays
