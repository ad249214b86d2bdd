"""Validation of the trained model on matches that it was not trained on: counts, no score."""

import json
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from touchline.train.demo_model.answers import NOTHING
from touchline.train.demo_model.augment import normalize_pixels
from touchline.train.demo_model.clips import HalfClips
from touchline.train.demo_model.questions import Questions
from touchline.train.demo_model.training_settings import FRAME_SPEC
from touchline.video import Window, cut_windows

MAX_TOKENS = 96
"""The longest answer of a trained model is shorter than this."""

_NEAR_MS = 2500
"""How far from a labelled event a reported one may be and still match it."""

_CONFIDENT = 0.5
_WINDOWS_AT_ONCE = 16
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Validation:
    """Counts over all windows of the validation matches.

    Attributes:
        windows: windows asked.
        readable: windows answered in exactly the form that the prompt asks for.
        claims: events reported, window by window, at any confidence.
        sure_claims: those with a confidence of at least one half.
        sure_and_right: those of them with a labelled event of the class near.
        events: labelled events.
        found: labelled events that some window reports near the right time, at any confidence.
    """

    windows: int
    readable: int
    claims: int
    sure_claims: int
    sure_and_right: int
    events: int
    found: int


LocatedEvent = tuple[int, str, int, float]
"""An event: number of its half among those validated, class, ms of the half, confidence."""


def validate(model: Any, processor: Any, halves: Sequence[HalfClips]) -> Validation:
    """Asks the model about every window and counts.

    Args:
        model: the trained model.
        processor: its processor.
        halves: halves of the validation matches; without any, all counts are 0.
    """
    truth: list[LocatedEvent] = []
    reported: list[LocatedEvent] = []
    asked = readable = 0
    for number, clips in enumerate(halves):
        truth.extend((number, label, time_ms, 1.0) for label, time_ms in clips.events)
        for window, text in answers(model, processor, clips):
            asked += 1
            events = _reported_events(number, window, text)
            readable += events is not None
            reported.extend(events or [])
    confident = [event for event in reported if event[3] >= _CONFIDENT]
    return Validation(
        windows=asked,
        readable=readable,
        claims=len(reported),
        sure_claims=len(confident),
        sure_and_right=sum(_near(event, truth) for event in confident),
        events=len(truth),
        found=sum(_near(event, reported) for event in truth),
    )


def answers(model: Any, processor: Any, clips: HalfClips) -> list[tuple[Window, str]]:
    """The model's answer about each window of a half, generated greedily."""
    places = {time_ms: place for place, time_ms in enumerate(clips.times_ms.tolist())}
    by_length: dict[int, list[Window]] = {}
    for window in cut_windows(clips.half, FRAME_SPEC):
        by_length.setdefault(len(window.frame_times_ms), []).append(window)
    answered: list[tuple[Window, str]] = []
    for alike in by_length.values():
        for start in range(0, len(alike), _WINDOWS_AT_ONCE):
            batch = alike[start : start + _WINDOWS_AT_ONCE]
            frames = [clips.pixels[[places[t] for t in w.frame_times_ms]] for w in batch]
            pixels = torch.stack([normalize_pixels(of_window) for of_window in frames])
            texts = _generated(model, processor, Questions(processor, clips.task), batch, pixels)
            answered.extend(zip(batch, texts, strict=True))
    return answered


def _generated(
    model: Any, processor: Any, questions: Questions, batch: Sequence[Window], pixels: Tensor
) -> list[str]:
    """Answers to windows with the same number of frames."""
    ids = torch.tensor([questions.ids(window) for window in batch])
    model.eval()
    with torch.inference_mode():
        made = model.generate(
            input_ids=ids,
            attention_mask=torch.ones_like(ids),
            pixel_values=pixels,
            max_new_tokens=MAX_TOKENS,
            do_sample=False,
        )
    texts = processor.batch_decode(made[:, ids.shape[1] :], skip_special_tokens=True)
    return [text.strip() for text in texts]


def _reported_events(half: int, window: Window, text: str) -> list[LocatedEvent] | None:
    """The events of an answer in exactly the form that was asked for, or None."""
    if text == NOTHING:
        return []
    try:
        objects = [json.loads(line) for line in text.splitlines()]
        return [
            (half, one["label"], window.start_ms + round(one["time"] * 1000), one["confidence"])
            for one in objects
        ]
    except (ValueError, TypeError, KeyError):
        return None


def _near(one: LocatedEvent, others: Sequence[LocatedEvent]) -> bool:
    return any(one[:2] == other[:2] and abs(one[2] - other[2]) <= _NEAR_MS for other in others)
