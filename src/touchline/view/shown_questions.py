"""A recorded question made again: the prompt and the frames as the model was shown them."""

import threading
from functools import lru_cache
from pathlib import Path
from typing import Any

from touchline.games import Half
from touchline.models import middle_places, shown_frames
from touchline.report import visible
from touchline.runs import Question, QuestionReader, model_of_row
from touchline.video import FrameSpec, FrameStore, open_frame_store
from touchline.view.viewed_run import AskedWindow, ViewedRun

_open_cached = lru_cache(maxsize=4)(open_frame_store)
_opening = threading.Lock()
"""A browser asks for all frames of a window at once; the half is decoded once."""


def question_of(run: ViewedRun, model: str, half: Half, index: int) -> Question:
    """A question that the run asked, made again.

    Args:
        run: the run.
        model: name of the model, or of a row of it.
        half: the half.
        index: of the question among those of its half.

    Raises:
        UserError: the video cannot be read any more.
    """
    return _reader(run.folder, model_of_row(model)).rebuild(half.game, half.number, index)


@lru_cache(maxsize=16)
def _reader(folder: Path, model: str) -> QuestionReader:
    return QuestionReader(folder, model)


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
    frames = question.request(_open_store).read_frames()
    return frames[middle_places(len(frames), question.card.frames_per_image)[place]]


def _open_store(half: Half, spec: FrameSpec) -> FrameStore:
    with _opening:
        store: FrameStore = _open_cached(half, spec)
    return store
