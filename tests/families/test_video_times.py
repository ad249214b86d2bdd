"""Families that write the times of a video's frames into the prompt write the true ones."""

import re
from dataclasses import replace

import pytest

from tests.families.building import build
from tests.families.roster import ROSTER
from tests.support.asking import engine, request

TIMES_MS = (10_000, 10_300, 10_500, 13_000)
"""Unevenly spread, as frames of a video with a variable rate are."""


def with_video(name, tmp_path, **words):
    """The engine of a family's tiny checkpoint, which is shown videos."""
    family = next(one for one in ROSTER if one.name == name)
    folder = build(family, tmp_path / "checkpoint")
    return engine(folder, video="native", frames_as="video", **words)


def prompt(name, tmp_path):
    """What the model of a family is given, as text, for a window from 10 s to 15 s."""
    loaded = with_video(name, tmp_path)
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


@pytest.mark.parametrize("family", ["LLaVA-OneVision", "InternVL3"])
def test_videos_of_unequal_length_are_not_asked_together(family, tmp_path):
    """The last window of a half often has fewer frames than the others."""
    loaded = with_video(family, tmp_path, batch_size=4)
    lengths = (5, 5, 3, 2)
    replies = list(loaded.replies([request(n, frames=f) for n, f in enumerate(lengths)]))
    assert [reply.key for reply in replies] == ["k0", "k1", "k2", "k3"]
    assert all(reply.completion_tokens for reply in replies)


def test_a_window_of_one_frame_is_shown_as_an_image(tmp_path):
    loaded = with_video("Qwen3-VL", tmp_path)
    (reply,) = loaded.replies([request(0, frames=1)])
    assert reply.completion_tokens
