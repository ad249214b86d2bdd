"""Spots are the same bytes on every processor, whatever its library of matrix products does."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from touchline.games import SOCCERNET_V2, Label
from touchline.replies import Detection, Outcome, Reading, TimeSource
from touchline.spots import MergeSettings, merge_readings
from touchline.spots.decoder.decoder import fit_decoder
from touchline.spots.decoder.decoder_file import write_decoders
from touchline.spots.decoder.event_signals import signals_of_readings
from touchline.video import Window

METHODS = ("votes", "nms", "soft-nms", "greedy", "decoder")
PROCESSORS = (
    {},
    {"OPENBLAS_CORETYPE": "Haswell", "OPENBLAS_L2_SIZE": "512"},
    {"OPENBLAS_CORETYPE": "Prescott"},
    {"NPY_DISABLE_CPU_FEATURES": "X86_V4 X86_V3 AVX512_ICL AVX512_SPR"},
)
"""Other kernels on the same machine; a processor that does not know one uses its own."""


def readings(game: str) -> list[Reading]:
    """Claims that are alike on both sides of many moments, so that near ties abound."""
    found = []
    for index in range(600):
        window = Window(game, 1, index, 600, index * 2000, index * 2000 + 3000, ())
        labels = [label for label, every in (("Goal", 3), ("Foul", 7)) if index % every < 2]
        detections = tuple(
            Detection(label, label, window.centre_ms, TimeSource.CENTRE, "home", 0.1 + 0.7 / every)
            for label, every in zip(labels, (3, 7), strict=False)
        )
        outcome = Outcome.EVENTS if detections else Outcome.NOTHING
        found.append(Reading(window, outcome, detections))
    return found


def print_spots(decoders: str) -> None:
    """What a process of another kernel is asked."""
    for method in METHODS:
        settings = MergeSettings(method=method, decoder=decoders if method == "decoder" else None)
        for spot in merge_readings(readings("another"), settings):
            print(method, spot)


@pytest.fixture(scope="module")
def decoders(tmp_path_factory) -> Path:
    labels = [Label(1, 6_000 * place + 9_000, "Goal", "home") for place in range(150)]
    file = tmp_path_factory.mktemp("decoders") / "decoders.json"
    signals = signals_of_readings(readings("known"))
    write_decoders(file, [fit_decoder({"known": (signals, labels)}, SOCCERNET_V2)])
    return file


def test_spots_are_the_same_under_every_kernel(decoders):
    code = f"from tests.spots.test_processors import print_spots; print_spots({str(decoders)!r})"
    printed = [
        subprocess.run(
            [sys.executable, "-W", "ignore", "-c", code],
            env={**os.environ, **processor, "PYTHONPATH": os.pathsep.join(sys.path)},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for processor in PROCESSORS
    ]
    assert all(f"{method} Spot" in printed[0] for method in METHODS)
    assert printed.count(printed[0]) == len(PROCESSORS)
