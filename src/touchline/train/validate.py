"""How the trained model does on matches that it has not seen: plain counts, no score."""

import json
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from touchline.train.answers import NOTHING
from touchline.train.augment import as_pixels
from touchline.train.clips import HalfClips
from touchline.train.questions import Questions
from touchline.train.settings import RECIPE
from touchline.video import Window, cut_windows

MOST_TOKENS = 96
"""The longest answer of a model that has learned is shorter than this."""

_NEAR_MS = 2500
"""How far from a labelled event a claim may lie and still have found it."""

_SURE = 0.5
_WINDOWS_AT_ONCE = 16
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Validation:
    """Counts over all windows of the validation matches.

    Attributes:
        windows: windows asked.
        readable: windows answered in exactly the form that the prompt asks for.
        claims: events claimed, window by window, at any confidence.
        sure_claims: those with a confidence of at least one half.
        sure_and_right: sure claims with a labelled event of the class near.
        events: labelled events.
        found: labelled events that some window claims near the right time, at any confidence.
    """

    windows: int
    readable: int
    claims: int
    sure_claims: int
    sure_and_right: int
    events: int
    found: int


Said = tuple[int, str, int, float]
"""A claim: number of its half among those judged, class, milliseconds of the half, confidence."""


def validate(model: Any, processor: Any, halves: Sequence[HalfClips]) -> Validation:
    """Asks the model about every window of the recipe and counts.

    Args:
        model: the trained model.
        processor: its processor.
        halves: halves of the validation matches; none gives counts of nothing.
    """
    truth: list[Said] = []
    said: list[Said] = []
    asked = readable = 0
    for number, clips in enumerate(halves):
        truth.extend((number, label, time_ms, 1.0) for label, time_ms in clips.events)
        for window, text in answers(model, processor, clips):
            asked += 1
            claims = _claims(number, window, text)
            readable += claims is not None
            said.extend(claims or [])
    sure = [claim for claim in said if claim[3] >= _SURE]
    return Validation(
        windows=asked,
        readable=readable,
        claims=len(said),
        sure_claims=len(sure),
        sure_and_right=sum(_near(claim, truth) for claim in sure),
        events=len(truth),
        found=sum(_near(event, said) for event in truth),
    )


def answers(model: Any, processor: Any, clips: HalfClips) -> list[tuple[Window, str]]:
    """The model's answer about each window of a half, generated greedily."""
    places = {time_ms: place for place, time_ms in enumerate(clips.times_ms.tolist())}
    by_length: dict[int, list[Window]] = {}
    for window in cut_windows(clips.half, RECIPE):
        by_length.setdefault(len(window.frame_times_ms), []).append(window)
    answered: list[tuple[Window, str]] = []
    for alike in by_length.values():
        for start in range(0, len(alike), _WINDOWS_AT_ONCE):
            batch = alike[start : start + _WINDOWS_AT_ONCE]
            frames = [clips.pixels[[places[t] for t in w.frame_times_ms]] for w in batch]
            pixels = torch.stack([as_pixels(of_window) for of_window in frames])
            answered.extend(zip(batch, _generated(model, processor, batch, pixels), strict=True))
    return answered


def _generated(model: Any, processor: Any, batch: Sequence[Window], pixels: Tensor) -> list[str]:
    """Answers to windows with the same number of frames."""
    questions = Questions(processor)
    ids = torch.tensor([questions.ids(window) for window in batch])
    model.eval()
    with torch.inference_mode():
        made = model.generate(
            input_ids=ids,
            attention_mask=torch.ones_like(ids),
            pixel_values=pixels,
            max_new_tokens=MOST_TOKENS,
            do_sample=False,
        )
    texts = processor.batch_decode(made[:, ids.shape[1] :], skip_special_tokens=True)
    return [text.strip() for text in texts]


def _claims(half: int, window: Window, text: str) -> list[Said] | None:
    """The claims of an answer in exactly the form that was asked for, or None."""
    if text == NOTHING:
        return []
    try:
        objects = [json.loads(line) for line in text.splitlines()]
        return [
            (half, said["label"], window.start_ms + round(said["time"] * 1000), said["confidence"])
            for said in objects
        ]
    except (ValueError, TypeError, KeyError):
        return None


def _near(one: Said, others: Sequence[Said]) -> bool:
    return any(one[:2] == other[:2] and abs(one[2] - other[2]) <= _NEAR_MS for other in others)
