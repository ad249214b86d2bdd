"""Sounds that tests make themselves: whistles, crowds, music, speech."""

import subprocess
from fractions import Fraction
from pathlib import Path

import av
import numpy as np

RATE = 22_050


def seconds(length_s):
    return np.arange(round(length_s * RATE)) / RATE


def silence(length_s):
    return np.zeros(round(length_s * RATE), dtype=np.float32)


def whistle(length_s, hz=3750.0, trill_hz=40.0, depth_hz=100.0):
    """A pea whistle: a tone whose pitch trills."""
    time = seconds(length_s)
    phase = 2 * np.pi * hz * time + depth_hz / trill_hz * np.sin(2 * np.pi * trill_hz * time)
    return np.sin(phase).astype(np.float32)


def crowd(length_s, seed, swells=()):
    """Noise as many voices make it: strongest at a few hundred hertz, swelling at times.

    `swells` are (when, rise in dB): each grows in a second and dies away in three.
    """
    random = np.random.default_rng(seed)
    size = round(length_s * RATE)
    hz = np.fft.rfftfreq(size, 1 / RATE)
    shape = 1 / (1 + (hz / 600) ** 2)
    noise = np.fft.irfft(np.fft.rfft(random.standard_normal(size)) * shape, size)
    time = seconds(length_s)
    level_db = np.zeros(size)
    for when, rise_db in swells:
        after = time - when
        grown = np.where(after < 0, 1 + after, np.exp(-after / 3))
        level_db += rise_db * np.clip(grown, 0, 1)
    return (0.02 * noise / noise.std() * 10 ** (level_db / 20)).astype(np.float32)


def mixed(base, *sounds):
    """Each sound (when, samples) added to a base."""
    out = base.copy()
    for when, samples in sounds:
        start = round(when * RATE)
        out[start : start + len(samples)] += samples
    return out


def music(length_s, seed):
    """Chords and a melody of notes with twelve overtones, a new one every 0.4 s."""
    random = np.random.default_rng(seed)
    out = silence(length_s)
    time = seconds(0.4)
    fade = np.minimum(1, np.minimum(time, 0.4 - time) / 0.02)
    for start in np.arange(0, length_s - 0.4, 0.4):
        root = random.integers(40, 60)
        notes = [root, root + 4, root + 7, random.integers(72, 97)]
        for note in notes:
            f = 440 * 2 ** ((note - 69) / 12)
            tone = sum(np.sin(2 * np.pi * f * k * time) / k for k in range(1, 13) if f * k < 1e4)
            place = round(start * RATE)
            out[place : place + len(time)] += (0.05 * fade * tone).astype(np.float32)
    return out


def speech(text, folder: Path, voice="en"):
    """A text as espeak-ng speaks it; needs the program."""
    from scipy.io import wavfile

    file = folder / "speech.wav"
    command = ["espeak-ng", "-v", voice, "-w", str(file), text]
    subprocess.run(command, check=True, timeout=60)
    rate, samples = wavfile.read(file)
    assert rate == RATE
    return samples.astype(np.float32) / 32_768


def pieces(samples, size):
    """Samples as a decoder would hand them over."""
    return (samples[start : start + size] for start in range(0, len(samples), size))


def write_sounding_video(video: Path, samples, rate, name, delay_s=0.0):
    """The pictures of a video with a sound track of uncompressed samples, as a new file."""
    path = video.with_name(name)
    with av.open(str(video)) as source, av.open(str(path), "w") as target:
        pictures = target.add_stream_from_template(source.streams.video[0])
        track = target.add_stream("pcm_s16le", rate=rate, layout="mono")
        for packet in source.demux(video=0):
            if packet.dts is not None:
                packet.stream = pictures
                target.mux(packet)
        frame = av.AudioFrame.from_ndarray(
            (np.asarray(samples) * 32_000).astype(np.int16).reshape(1, -1), "s16", "mono"
        )
        frame.sample_rate, frame.time_base = rate, Fraction(1, rate)
        frame.pts = round(delay_s * rate)
        for packet in [*track.encode(frame), *track.encode(None)]:
            target.mux(packet)
    return path
