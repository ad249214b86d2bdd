"""A question asked again in thought: the prompt and the frames as the model saw them."""

import threading
from functools import lru_cache
from typing import Any

from touchline.games import Half
from touchline.models import controlled_frames
from touchline.report import visible
from touchline.runs import PlannedModel, Question, build_question, read_contexts
from touchline.video import FrameSpec, FrameStore, Window, cut_windows, open_frame_store
from touchline.view.viewed_run import AskedWindow, ViewedRun

_stores = lru_cache(maxsize=4)(open_frame_store)
_one_at_a_time = threading.Lock()
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
    return build_question(
        half, window, planned, run.plan.prompt.template(run.plan.task), context, sample
    )


@lru_cache(maxsize=8)
def _windows(half: Half, recipe: FrameSpec) -> list[Window]:
    return cut_windows(half, recipe)


def prompt_facts(asked: AskedWindow, wanted: Question) -> dict[str, Any]:
    """The prompt as plain values; `same` is whether its key is that of the recorded reply.

    What a model with a memory was told behind its prompt stands in the record.
    """
    told = asked.record.told if asked.record else None
    return {
        "template": wanted.messages.template,
        "system": None if wanted.messages.system is None else visible(wanted.messages.system),
        "text": visible("\n".join(filter(None, (wanted.messages.text, told)))),
        "control": wanted.control,
        "frame_times_ms": wanted.window.frame_times_ms,
        "shown": len(wanted.messages.parts) > 1,
        "same": wanted.key == asked.key,
    }


def shown_frame(wanted: Question, place: int) -> bytes:
    """One frame as the model saw it, as a JPEG file.

    The half is decoded where its frames are not in the cache any more.

    Raises:
        UserError: the video cannot be read.
        MissingFrameError: the frame does not decode.
        IndexError: the model was shown fewer frames.
    """
    with _one_at_a_time:
        store: FrameStore = _stores(wanted.half, wanted.recipe)
    jpegs = store.jpegs(wanted.window.frame_times_ms)
    return controlled_frames(jpegs, wanted.control, wanted.key)[place]
