"""What the sound around a frame says, as numbers for the network."""

import numpy as np
from numpy.typing import NDArray

from touchline.models.engines.hybrid.config import SOUND_FEATURES
from touchline.video import LOUD_SWELL_DB, LOUD_WHISTLE_DB, SoundEvents

_WHISTLE_SPREAD_MS = 500
_SWELL_SPREAD_MS = 1500
"""Standard deviations of the bells around the beginning of a sound: a swell is placed less well."""


def sound_features(times_ms: NDArray[np.int64], sounds: SoundEvents) -> NDArray[np.float32]:
    """The sound features of some frames.

    Args:
        times_ms: of the frames in the half, shape (frames,).
        sounds: of the whole half.

    Returns:
        Shape (frames, len(SOUND_FEATURES)): how near a whistle is, its strength and length, and
        how near a swell of the crowd is times its strength; strengths 1 where they are loud.
    """
    made = np.zeros((len(times_ms), len(SOUND_FEATURES)), dtype=np.float32)
    for whistle in sounds.whistles:
        near = _bell(times_ms, whistle.time_ms, _WHISTLE_SPREAD_MS)
        loud = min(2.0, whistle.strength_db / LOUD_WHISTLE_DB)
        values = np.stack([near, near * loud, near * whistle.duration_ms / 1000], axis=1)
        made[:, :3] = np.maximum(made[:, :3], values)
    for swell in sounds.swells:
        near = _bell(times_ms, swell.time_ms, _SWELL_SPREAD_MS)
        made[:, 3] = np.maximum(made[:, 3], near * min(2.0, swell.strength / LOUD_SWELL_DB))
    return made


def _bell(times_ms: NDArray[np.int64], middle_ms: int, spread_ms: int) -> NDArray[np.float64]:
    return np.asarray(np.exp(-0.5 * ((times_ms - middle_ms) / spread_ms) ** 2))
