"""A recorded question made again: the prompt and the frames as the model was shown them."""

import threading
from functools import lru_cache
from typing import Any

from touchline.games import Half
from touchline.models import shown_frames
from touchline.report import visible
from touchline.runs import PlannedModel, Question, build_question, read_contexts
from touchline.video import FrameSpec, FrameStore, Window, cut_windows, open_frame_store
from touchline.view.viewed_run import AskedWindow, ViewedRun

_open_cached = lru_cache(maxsize=4)(open_frame_store)
_opening = threading.Lock()
"""A browser asks for all frames of a window at once; the half is decoded once."""


def question_of(run: ViewedRun, model: str, half: Half, index: int) -> Question:
    """The question that a run's plan makes of a window.

    Raises:
        UserError: the video cannot be read any more.
    """
    planned = PlannedModel.of_plan(run.plan.model(model))
    context = read_contexts(run.folder).get(half.game)
    place, sample = divmod(index, planned.card.generation.samples)
    window = _windows(half, planned.recipe)[place]
    return build_question(half, window, planned, run.plan.prompt.template(), context, sample)


@lru_cache(maxsize=8)
def _windows(half: Half, recipe: FrameSpec) -> list[Window]:
    return cut_windows(half, recipe)


def prompt_facts(asked: AskedWindow, question: Question) -> dict[str, Any]:
    """The prompt as plain values; `same` is whether its key is that of the recorded reply.

    What a model with a memory was told of its earlier answers is read from the record.
    """
    told = asked.record.told if asked.record else None
    messages = question.with_history(told).messages
    return {
        "template": messages.template,
        "system": None if messages.system is None else visible(messages.system),
        "text": visible(messages.text),
        "control": question.presentation.control,
        "frame_times_ms": question.window.frame_times_ms,
        "shown": bool(shown_frames(messages)),
        "same": question.key == asked.key,
    }


def shown_frame(question: Question, place: int) -> bytes:
    """One frame as the model was shown it, as a JPEG file.

    The half is decoded where its frames are not in the cache any more.

    Raises:
        UserError: the video cannot be read.
        MissingFrameError: the frame does not decode.
        IndexError: the model was shown fewer frames.
    """
    return question.request(_open_store).read_frames()[place]


def _open_store(half: Half, recipe: FrameSpec) -> FrameStore:
    with _opening:
        store: FrameStore = _open_cached(half, recipe)
    return store
