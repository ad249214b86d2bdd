"""Sound: decoding, curves, whistles and swells, against sounds whose truth is known."""

import shutil
import tracemalloc
from dataclasses import fields
from fractions import Fraction
from itertools import pairwise

import av
import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from tests.support.sounds import (
    RATE,
    crowd,
    mixed,
    music,
    pieces,
    silence,
    speech,
    whistle,
    write_sounding_video,
)
from touchline.errors import UserError
from touchline.video.curves.curve import Curve, peaks
from touchline.video.sound.crowd import crowd_rise, swells
from touchline.video.sound.samples import SAMPLE_RATE, sound_samples
from touchline.video.sound.sound_events import find_sound_events
from touchline.video.sound.spectral import FFT, HOP, SpectralCurves, spectral_curves
from touchline.video.sound.whistle import runs, whistles

TEXT = (
    "The referee has given a free kick just outside the box, six players in the wall, this is "
    "such a chance. She sees it, she shoots, and it is just past the post. What a save! "
)


def test_decoded_sound_is_mono_at_our_rate_and_starts_with_the_video(make_video):
    tone = 0.3 * np.sin(2 * np.pi * 1000 * np.arange(2 * 48_000) / 48_000)
    path = write_sounding_video(make_video("quiet.mkv"), tone, rate=48_000, name="tone.mkv")
    samples = np.concatenate(list(sound_samples(path)))
    assert samples.dtype == np.float32
    assert len(samples) / SAMPLE_RATE == pytest.approx(2.0, abs=0.1)
    hz = np.fft.rfftfreq(SAMPLE_RATE, 1 / SAMPLE_RATE)
    middle = samples[SAMPLE_RATE // 2 : 3 * SAMPLE_RATE // 2]
    assert hz[np.abs(np.fft.rfft(middle)).argmax()] == pytest.approx(1000, abs=2)
    assert np.sqrt(2 * np.mean(middle**2)) == pytest.approx(0.3, rel=0.05)


def test_sound_that_begins_late_is_silence_until_then(make_video):
    tone = 0.5 * np.sin(2 * np.pi * 1000 * np.arange(48_000) / 48_000)
    path = write_sounding_video(
        make_video("quiet.mkv"), tone, rate=48_000, name="late.mkv", delay_s=1.5
    )
    samples = np.concatenate(list(sound_samples(path)))
    assert np.abs(samples[: round(1.4 * RATE)]).max() == 0
    assert np.abs(samples[round(1.6 * RATE) : round(2.2 * RATE)]).max() > 0.4


def test_a_video_without_sound_says_so(make_video):
    with pytest.raises(UserError, match="has no sound"):
        list(sound_samples(make_video()))


@pytest.fixture(scope="module")
def long_sound():
    """More than one block of frames, and its curves from one piece."""
    samples = mixed(crowd(36, 1, [(20, 12)]), (30.0, 0.1 * whistle(0.5)))
    return samples, spectral_curves([samples])


@settings(max_examples=8, deadline=None)
@given(size=st.integers(500, 400_000))
def test_curves_do_not_depend_on_the_pieces(long_sound, size):
    samples, whole = long_sound
    streamed = spectral_curves(pieces(samples, size))
    for one in fields(SpectralCurves):
        # Not bit for bit: a matrix product may depend on where its operands lie in memory.
        assert np.allclose(getattr(whole, one.name), getattr(streamed, one.name), atol=1e-3)
    assert len(whole.times_ms) == (len(samples) - FFT) // HOP + 1


def test_blocks_give_the_curves_of_one_transform(monkeypatch, long_sound):
    samples, in_blocks = long_sound
    monkeypatch.setattr("touchline.video.sound.spectral._BLOCK_FRAMES", 10**6)
    at_once = spectral_curves([samples])
    for one in fields(SpectralCurves):
        assert np.allclose(getattr(in_blocks, one.name), getattr(at_once, one.name), atol=1e-3)


def test_memory_does_not_grow_with_the_half():
    spectral_curves([crowd(5, 0)])
    peaks = []
    for minutes in (1, 3):
        tracemalloc.start()
        spectral_curves(crowd(1, second) for second in range(60 * minutes))
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < 1.3 * peaks[0]


@pytest.mark.parametrize("hz", [3400.0, 3750.0, 4050.0])
def test_whistles_are_found_where_they_are(hz):
    times = [2.0, 9.0, 14.0, 21.3]
    lengths = [0.35, 1.2, 0.4, 0.6]
    blows = [(t, 0.02 * whistle(n, hz)) for t, n in zip(times, lengths, strict=True)]
    found = whistles(spectral_curves([mixed(crowd(25, 4, [(17, 12)]), *blows)]))
    assert [one.time_ms / 1000 for one in found] == pytest.approx(times, abs=0.1)
    assert [one.duration_ms / 1000 for one in found] == pytest.approx(lengths, abs=0.12)


@pytest.mark.parametrize("hz", [1000.0, 2600.0, 5000.0])
def test_a_tone_of_another_band_is_no_whistle(hz):
    blows = [(t, 0.05 * whistle(0.5, hz, depth_hz=20)) for t in (2.0, 6.0)]
    assert not whistles(spectral_curves([mixed(crowd(10, 4), *blows)]))


def test_a_click_and_a_siren_are_no_whistles():
    base = crowd(30, 4)
    assert not whistles(spectral_curves([mixed(base, (3.0, 0.05 * whistle(0.06)))]))
    assert not whistles(spectral_curves([mixed(base, (3.0, 0.05 * whistle(8.0)))]))


@pytest.mark.parametrize("what", ["silence", "crowd", "music", "crowd and music", "noise"])
def test_what_is_no_whistle_gives_none(what):
    samples = {
        "silence": silence(60),
        "crowd": np.clip(crowd(60, 2, [(5, 30), (25, 30), (40, 20)]), -1, 1),
        "music": music(60, 1),
        "crowd and music": crowd(60, 3, [(30, 15)]) + music(60, 2),
        "noise": 0.1 * np.random.default_rng(0).standard_normal(60 * RATE).astype(np.float32),
    }[what]
    assert whistles(spectral_curves(pieces(samples, RATE))) == []


@pytest.mark.skipif(
    shutil.which("espeak-ng") is None,
    reason="SKIPPED FOR WANT OF A PROGRAM: espeak-ng speaks the text of this test",
)
@pytest.mark.parametrize(("voice", "most_a_minute"), [("en", 0), ("de", 0), ("en+f3", 8)])
def test_speech_gives_few_whistles(tmp_path, voice, most_a_minute):
    samples = speech(TEXT * 4, tmp_path, voice)
    minutes = len(samples) / RATE / 60
    assert len(whistles(spectral_curves([samples]))) / minutes <= most_a_minute


def test_onset_centroid_and_flatness_are_what_they_are_called():
    heard = spectral_curves([mixed(0.05 * crowd(6, 3), (3.0, 0.3 * whistle(0.5, 3750.0)))])
    inside = (heard.times_ms > 3100) & (heard.times_ms < 3400)
    begins = np.abs(heard.times_ms - 3000) < 60
    assert heard.onset[begins].max() > 5 * np.median(heard.onset)
    assert heard.onset[inside].max() < 0.5 * heard.onset[begins].max()
    assert np.median(heard.centroid_hz[inside]) == pytest.approx(3750, rel=0.05)
    assert np.median(heard.peak_hz[inside]) == pytest.approx(3750, abs=110)
    assert heard.flatness[inside].max() < 0.2 < np.median(heard.flatness[~inside])


@settings(deadline=None)
@given(
    values=st.lists(st.floats(-5, 5), max_size=40),
    apart_ms=st.integers(100, 900),
    least=st.just(0.5),
)
def test_peaks_lie_apart_stand_out_and_hold_the_highest(values, apart_ms, least):
    curve = Curve(np.arange(len(values)) * 100, np.array(values))
    found = peaks(curve, apart_ms, least)
    assert all(one.strength >= least for one in found)
    times = [one.time_ms for one in found]
    assert all(later - earlier >= apart_ms - 100 for earlier, later in pairwise(times))
    unique_top = len(values) > 1 and sorted(values)[-1] > max(sorted(values)[-2], least)
    assert not unique_top or max(values) in [one.strength for one in found]


def test_swells_are_found_where_they_rise():
    found = swells(spectral_curves([crowd(120, 5, [(30, 12), (80, 8)])]))
    assert [one.time_ms / 1000 for one in found] == pytest.approx([29.5, 79.5], abs=1.0)
    assert found[0].strength > found[1].strength > 4


def test_a_steady_crowd_and_silence_do_not_swell():
    assert swells(spectral_curves([crowd(60, 6)])) == []
    quiet = spectral_curves([silence(30)])
    assert swells(quiet) == []
    assert not crowd_rise(quiet).values.any()


@settings(deadline=None)
@given(marks=st.lists(st.booleans(), max_size=60), gap=st.integers(0, 5))
def test_runs_hold_every_mark_and_lie_apart(marks, gap):
    found = runs(np.array(marks, dtype=bool), gap)
    inside = {i for first, last in found for i in range(first, last)}
    assert {i for i, mark in enumerate(marks) if mark} <= inside
    assert all(marks[first] and marks[last - 1] for first, last in found)
    assert all(b[0] - a[1] > gap for a, b in pairwise(found))


def test_a_half_is_listened_to_once(make_video, monkeypatch):
    samples = mixed(crowd(12, 7), (4.0, 0.05 * whistle(0.5)))
    path = write_sounding_video(make_video("quiet.mkv"), samples, rate=RATE, name="half.mkv")
    first = find_sound_events(path)
    assert [round(one.time_ms / 1000) for one in first.whistles] == [4]
    monkeypatch.setattr("touchline.video.sound.sound_events.sound_samples", None)
    assert find_sound_events(path) == first
    assert first.between(0, 4500).whistles == first.whistles
    assert first.between(5000, 9000).whistles == ()


def test_without_the_extra_one_sentence_names_it(make_video, monkeypatch):
    monkeypatch.setattr("touchline.video.sound.sound_events.find_spec", lambda name: None)
    with pytest.raises(UserError, match=r"pip install .*\[audio\]'"):
        find_sound_events(make_video())


def test_sound_that_claims_to_lie_far_behind_the_pictures_is_left_out(make_video):
    tone = 0.5 * np.sin(2 * np.pi * 1000 * np.arange(48_000) / 48_000)
    path = write_sounding_video(
        make_video("quiet.mkv"), tone, rate=48_000, name="astray.mkv", delay_s=200_000.0
    )
    assert sum(len(part) for part in sound_samples(path)) <= 5.1 * RATE


def test_a_track_may_change_its_form(make_video, monkeypatch):
    path = write_sounding_video(make_video("quiet.mkv"), silence(1), rate=RATE, name="two.mkv")

    def frames(container, stream):
        for start_s, rate, layout, channels in ((0, 48_000, "mono", 1), (1, 44_100, "stereo", 2)):
            tone = np.sin(2 * np.pi * 1000 * np.arange(rate) / rate).astype(np.float32)
            frame = av.AudioFrame.from_ndarray(np.tile(tone, (channels, 1)), "fltp", layout)
            frame.sample_rate, frame.time_base = rate, Fraction(1, rate)
            frame.pts = start_s * rate
            yield frame

    monkeypatch.setattr("touchline.video.sound.samples._frames", frames)
    samples = np.concatenate(list(sound_samples(path)))
    assert len(samples) / RATE == pytest.approx(2, abs=0.1)
    for second in (0.5, 1.5):
        middle = samples[round((second - 0.2) * RATE) : round((second + 0.2) * RATE)]
        assert np.abs(middle).max() > 0.5
