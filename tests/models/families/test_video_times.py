"""Families that write the times of a video's frames into the prompt write the true ones."""

import re
from dataclasses import replace

import pytest

from models.families.building import build
from models.families.roster import ROSTER
from support.asking import engine, request

TIMES_MS = (10_000, 10_300, 10_500, 13_000)
"""Unevenly spread, as frames of a video with a variable rate are."""


def prompt(name, tmp_path):
    """What the model of a family is given, as text, for a window from 10 s to 15 s."""
    family = next(one for one in ROSTER if one.name == name)
    loaded = engine(
        build(family, tmp_path / "checkpoint"),
        video="native",
        frames_as="video",
        generation={"max_new_tokens": 1},
    )
    seen, real = [], loaded._loaded.model.generate

    def generate(**words):
        seen.append(words["input_ids"][0])
        return real(**words)

    loaded._loaded.model.generate = generate
    asked = request(0)
    window = replace(asked.window, start_ms=10_000, end_ms=15_000, frame_times_ms=TIMES_MS)
    list(loaded.replies([replace(asked, window=window)]))
    return loaded._loaded.tokenizer.decode(seen[0])


@pytest.mark.parametrize(
    ("family", "pattern", "said"),
    [
        # Two frames at a time, with the mean of their times.
        ("Qwen3-VL", r"<([\d.]+) seconds>", ["0.1", "1.8"]),
        ("SmolVLM2", r"Frame from (\d\d:\d\d):", ["00:00", "00:00", "00:00", "00:03"]),
        ("SmolVLM2", r"(\d:\d\d:\d\d)", ["0:00:05"]),
        ("VideoLLaMA3", r"Time ([\d.]+)s:", ["0.0", "0.3", "0.5", "3.0"]),
    ],
)
def test_a_video_has_the_true_times_of_its_frames(family, pattern, said, tmp_path):
    assert re.findall(pattern, prompt(family, tmp_path)) == said
