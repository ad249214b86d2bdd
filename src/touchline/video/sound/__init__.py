"""Sound: the whistles of the referee and the swells of the crowd."""

from touchline.video.sound.decode import SAMPLE_RATE, has_sound, sound
from touchline.video.sound.heard import (
    LOUD_SWELL_DB,
    LOUD_WHISTLE_DB,
    Heard,
    listen,
    require_audio,
    sound_curves,
)
from touchline.video.sound.spectral import Spectrum, spectrum
from touchline.video.sound.whistle import Whistle, WhistleSettings, whistles

__all__ = [
    "LOUD_SWELL_DB",
    "LOUD_WHISTLE_DB",
    "SAMPLE_RATE",
    "Heard",
    "Spectrum",
    "Whistle",
    "WhistleSettings",
    "has_sound",
    "listen",
    "require_audio",
    "sound",
    "sound_curves",
    "spectrum",
    "whistles",
]
