"""Whistles of the referee and swells of the crowd in a half, measured once for each video."""

from dataclasses import dataclass, fields
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path

import numpy as np

from touchline.errors import UserError
from touchline.registry import install_command
from touchline.video.curves.curve import Moment
from touchline.video.curves.curve_cache import measured_once
from touchline.video.probe import probe_video
from touchline.video.sound.crowd import swells
from touchline.video.sound.samples import sound_samples
from touchline.video.sound.spectral import SpectralCurves, spectral_curves
from touchline.video.sound.whistle import Whistle, whistles

_VERSION = "sound-1"
"""Of the curves: change it when they are computed another way."""

LOUD_WHISTLE_DB = 40.0
LOUD_SWELL_DB = 20.0
"""Strengths from which on a sound counts in full where sounds are compared with each other."""


@dataclass(frozen=True, slots=True)
class SoundEvents:
    """The whistles and swells of one half.

    Attributes:
        whistles: in order.
        swells: of the crowd, in order; their strength is the rise in decibels.
    """

    whistles: tuple[Whistle, ...]
    swells: tuple[Moment, ...]

    def between(self, start_ms: int, end_ms: int) -> "SoundEvents":
        """The events that begin in a stretch of the half; its end is excluded."""
        return SoundEvents(
            tuple(one for one in self.whistles if start_ms <= one.time_ms < end_ms),
            tuple(one for one in self.swells if start_ms <= one.time_ms < end_ms),
        )


def find_sound_events(video: Path) -> SoundEvents:
    """The whistles and swells of a half.

    Raises:
        UserError: the video has no sound, or the extra "audio" is not installed.
    """
    return _sound_events(video, probe_video(video).fingerprint)


@lru_cache(maxsize=8)
def _sound_events(video: Path, _fingerprint: str) -> SoundEvents:
    curves = sound_curves(video)
    return SoundEvents(tuple(whistles(curves)), tuple(swells(curves)))


def sound_curves(video: Path) -> SpectralCurves:
    """The curves of a half's sound, measured once and kept in the cache.

    Raises:
        UserError: as `find_sound_events`.
    """
    require_audio()
    arrays = measured_once(video, _VERSION, lambda: _measure(video))
    return SpectralCurves(**{name: values.astype(np.float64) for name, values in arrays.items()})


def require_audio() -> None:
    """Makes sure that sound can be analysed.

    Raises:
        UserError: the extra "audio" is not installed.
    """
    if find_spec("librosa") is None:
        raise UserError(f"sound needs librosa, which is not installed: {install_command('audio')}.")


def _measure(video: Path) -> dict[str, np.ndarray]:
    curves = spectral_curves(sound_samples(video))
    return {
        one.name: getattr(curves, one.name).astype(np.float32) for one in fields(SpectralCurves)
    }
