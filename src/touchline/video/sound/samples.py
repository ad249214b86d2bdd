"""The sound of a video as mono samples on the clock of its pictures, a little at a time."""

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from touchline.errors import UserError
from touchline.video.packets import whole_packets
from touchline.video.probe import open_video, probe_video

if TYPE_CHECKING:
    import av

Samples = NDArray[np.float32]

SAMPLE_RATE = 22_050
"""Samples a second. Half of it, 11 kHz, holds a whistle's fundamental and its first overtones."""

_JITTER_S = 0.05
"""Timestamps that differ less from where the samples put them are rounding, not a gap."""
_LONGEST_SILENCE_S = 1.0
_AFTERWARDS_S = 1.0


def has_sound(path: Path) -> bool:
    """Whether a video has a sound track.

    Raises:
        UserError: the file cannot be opened as a video.
    """
    with open_video(path) as container:
        return bool(container.streams.audio)


def sound_samples(path: Path, rate: int = SAMPLE_RATE) -> Iterator[Samples]:
    """The sound of a video, mixed to mono and resampled.

    The first sample is at zero of the video's own clock, as its frames are. A stretch without
    sound is silence, samples that come twice or lie after the last picture are omitted, and a
    broken packet costs only its own sound. What is held in memory does not grow with the video.

    Args:
        path: the video.
        rate: samples a second.

    Yields:
        Samples from -1 to 1, at most a second at a time.

    Raises:
        UserError: the file cannot be opened, or has no sound.
    """
    import av

    with open_video(path) as container:
        if not container.streams.audio:
            raise UserError(f"video {path} has no sound.")
        stream = container.streams.audio[0]
        zero_s = (container.start_time or 0) / 1_000_000
        resamplers: dict[tuple[str, str, int], av.AudioResampler] = {}  # a track may change form
        written, last = 0, round((probe_video(path).duration_ms / 1000 + _AFTERWARDS_S) * rate)
        for frame in _frames(container, stream):
            form = (frame.format.name, frame.layout.name, frame.sample_rate)
            if form not in resamplers:
                resamplers[form] = av.AudioResampler("flt", "mono", rate)
            resampler = resamplers[form]
            for samples, start in _resampled(resampler, frame, zero_s, rate):
                for part in _placed(samples, start, written, rate):
                    if written >= last:
                        return
                    written += len(part)
                    yield part
        for resampler in resamplers.values():
            yield from map(_mono, resampler.resample(None))


def _frames(
    container: "av.container.InputContainer", stream: "av.AudioStream"
) -> Iterator["av.AudioFrame"]:
    """Every frame of sound that decodes; a broken packet costs its own sound and no other."""
    import av

    packets: Iterator[av.Packet[av.AudioStream]] = whole_packets(container, stream)
    for packet in packets:
        with suppress(av.error.EOFError, av.error.InvalidDataError):
            yield from packet.decode()


def _resampled(
    resampler: "av.AudioResampler", frame: "av.AudioFrame", zero_s: float, rate: int
) -> Iterator[tuple[Samples, int | None]]:
    """Samples with the place of the first, in samples from zero; None where it is not given."""
    for one in resampler.resample(frame):
        known_s = None if one.time is None else one.time - zero_s
        yield _mono(one), None if known_s is None else round(known_s * rate)


def _mono(frame: "av.AudioFrame") -> Samples:
    return np.asarray(frame.to_ndarray().reshape(-1), dtype=np.float32)


def _placed(samples: Samples, start: int | None, written: int, rate: int) -> Iterator[Samples]:
    """The samples where they belong: silence before them, or without those already there."""
    missing = 0 if start is None else start - written
    if missing > _JITTER_S * rate:
        longest = round(_LONGEST_SILENCE_S * rate)
        for begun in range(0, missing, longest):
            yield np.zeros(min(longest, missing - begun), dtype=np.float32)
    elif missing < -_JITTER_S * rate:
        samples = samples[-missing:]
    if len(samples):
        yield samples
