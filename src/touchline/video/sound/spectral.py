"""Curves of the spectrum over time, made from a stream of samples.

A frame is 46 ms of sound, and there is one every 11.6 ms. Frames are made in blocks of half a
minute with a little of their neighbours at both ends, so that the curves are the same as if the
whole half had been transformed at once.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from touchline.video.curves.curve import Curve, Floats, Ints
from touchline.video.sound.samples import SAMPLE_RATE, Samples

FFT = 1024
HOP = 256
FRAME_MS = 1000 * HOP / SAMPLE_RATE

WHISTLE_HZ = (3300.0, 4200.0)
"""Where the pealess and pea whistles of referees have their fundamental."""
BESIDE_HZ = ((2200.0, 3100.0), (4400.0, 5600.0))
"""The neighbours of that band, a little apart from it, so that a tone at its edge stays in it."""
HALF_HZ = (1500.0, 2200.0)
"""Where a tone lies whose second overtone would be in the band: music and voices, not a whistle."""
CROWD_HZ = (250.0, 3000.0)
"""Where voices, single or many, have most of their power."""

_SMOOTH_FRAMES = 5
_BLOCK_FRAMES = 2560
_CONTEXT_FRAMES = 16
_MELS = 40
_LEAST_POWER = 1e-10
"""-100 dB of full scale: the noise of the format and not of a stadium."""

Powers = NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class SpectralCurves:
    """The curves of one half's sound; one value per frame, shape (frames,) each.

    Attributes:
        peak_db: the strongest tone of the whistle's band over its neighbours' median.
        beside_db: the strongest tone of the neighbours, and of an octave below the band, over
            the median of its own band.
        peak_hz: frequency of the strongest tone of the whistle's band.
        flatness: spectral flatness of the whistle's band: 1 for noise, near 0 for a tone.
        crowd_db: power between 250 and 3,000 Hz, in decibels of full scale.
        onset: onset strength: how much of the mel spectrum has just become louder, in decibels.
        centroid_hz: centre of mass of the whole spectrum.
    """

    peak_db: Floats
    beside_db: Floats
    peak_hz: Floats
    flatness: Floats
    crowd_db: Floats
    onset: Floats
    centroid_hz: Floats

    @property
    def times_ms(self) -> Ints:
        """The middle of each frame, in ms from the start of the half."""
        centre = (np.arange(len(self.peak_db)) * HOP + FFT / 2) / SAMPLE_RATE
        return np.rint(1000 * centre).astype(np.int64)

    def curve(self, name: str) -> Curve:
        """One of the curves by its name, with its times."""
        return Curve(self.times_ms, getattr(self, name))


def spectral_curves(samples: Iterable[Samples]) -> SpectralCurves:
    """The curves of a stream of mono samples at `SAMPLE_RATE`.

    Args:
        samples: consecutive pieces of any length.

    Source: spectral flatness, mel spectrum and centroid as in librosa (McFee et al., 2015).
    """
    blocks = [_curves(*block) for block in _blocks(samples)]
    names = [field.name for field in fields(SpectralCurves)]
    empty: Floats = np.zeros(0)
    joined = [np.concatenate([empty, *(block[name] for block in blocks)]) for name in names]
    return SpectralCurves(*joined)


def _blocks(samples: Iterable[Samples]) -> Iterator[tuple[Samples, int, int]]:
    """Pieces of whole frames: the samples, how many frames of context lead, how many count."""
    waiting: list[Samples] = []
    length = context = 0
    for piece in samples:
        waiting.append(piece)
        length += len(piece)
        while length >= (context + _BLOCK_FRAMES + _CONTEXT_FRAMES - 1) * HOP + FFT:
            held = np.concatenate(waiting)
            yield held, context, _BLOCK_FRAMES
            held = held[(context + _BLOCK_FRAMES - _CONTEXT_FRAMES) * HOP :]
            waiting, length, context = [held], len(held), _CONTEXT_FRAMES
    frames = (length - FFT) // HOP + 1 - context
    if frames > 0:
        yield np.concatenate(waiting), context, frames


def _curves(samples: Samples, context: int, count: int) -> dict[str, Floats]:
    import librosa

    power: Powers = np.abs(librosa.stft(samples, n_fft=FFT, hop_length=HOP, center=False)) ** 2
    power = np.maximum(power / (FFT / 4) ** 2, _LEAST_POWER)
    mel = librosa.feature.melspectrogram(S=power, sr=SAMPLE_RATE, n_mels=_MELS)
    mel_db = librosa.power_to_db(np.maximum(mel, _LEAST_POWER), top_db=None)
    found = _tones(_smooth(power)) | {
        "crowd_db": librosa.power_to_db(power[_bins(CROWD_HZ)].sum(axis=0), top_db=None),
        "onset": librosa.onset.onset_strength(S=mel_db, sr=SAMPLE_RATE, center=False),
        "centroid_hz": librosa.feature.spectral_centroid(S=power, sr=SAMPLE_RATE)[0],
    }
    kept = slice(context, context + count)
    return {name: np.asarray(values, dtype=np.float64)[kept] for name, values in found.items()}


def _tones(power: Powers) -> dict[str, Floats]:
    """Curves of the whistle's band and its neighbours."""
    import librosa

    band = power[_bins(WHISTLE_HZ)]
    below, above, half = (power[_bins(hz)] for hz in (*BESIDE_HZ, HALF_HZ))
    floor = np.median(np.concatenate([below, above]), axis=0)
    beside = [over.max(axis=0) / floor for over in (below, above, half)]
    return {
        "peak_db": 10 * np.log10(band.max(axis=0) / floor),
        "beside_db": 10 * np.log10(np.max(beside, axis=0)),
        "peak_hz": _hz()[_bins(WHISTLE_HZ)][band.argmax(axis=0)],
        "flatness": librosa.feature.spectral_flatness(S=band, power=1.0, amin=_LEAST_POWER)[0],
    }


def _smooth(power: Powers) -> Powers:
    """Mean over a few frames: noise evens out, a tone stays, also one that trills."""
    from scipy.ndimage import uniform_filter1d

    return np.asarray(uniform_filter1d(power, _SMOOTH_FRAMES, axis=1, mode="nearest"))


def _hz() -> Floats:
    return np.asarray(np.fft.rfftfreq(FFT, 1 / SAMPLE_RATE), dtype=np.float64)


def _bins(band_hz: tuple[float, float]) -> NDArray[np.bool_]:
    return (_hz() >= band_hz[0]) & (_hz() < band_hz[1])
