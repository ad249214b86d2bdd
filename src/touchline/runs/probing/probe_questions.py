"""The questions of a probe, and reading the answers."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from touchline.prompts import Image, Messages, Text
from touchline.runs.probing.coded_clips import COLOURS, FIRST_CODE, LAST_CODE, STEP_MS, Clip

_NUMBER = re.compile(r"(?<![\d.])-?\d+(?:\.\d+)?")


class Kind(StrEnum):
    """What is asked."""

    LIST = "list"
    COUNT = "count"
    NUMBER_AT = "number at"
    COLOUR_AT = "colour at"
    WHEN = "when"
    IS_SHOWN = "is shown"


@dataclass(frozen=True, slots=True)
class ProbeQuestion:
    """One question about the first frames of a clip.

    Attributes:
        kind: what is asked.
        clip: number of the clip.
        frames: how many of its frames are sent.
        place: of the frame that is asked about, from 0; None where all are.
    """

    kind: Kind
    clip: int
    frames: int
    place: int | None = None


def question_text(question: ProbeQuestion, clip: Clip, *, with_times: bool) -> str:
    """The text of a question.

    Args:
        question: the question.
        clip: the clip that it is about.
        with_times: list the time of each frame where times are asked for. Frames that are sent as
            images have no others; a video has its own, which are what the question tests.
    """
    intro = ""
    if question.kind in _TIMED and with_times:
        times = ", ".join(f"{_seconds(at)}" for at in range(question.frames))
        intro = f"These are frames of a video, in order, at these times in seconds: {times}.\n"
    return intro + _TEXTS[question.kind](question, clip)


def question_messages(question: ProbeQuestion, clip: Clip, *, with_times: bool) -> Messages:
    """A question as a prompt: the frames, then the text."""
    images = tuple(Image(place) for place in range(question.frames))
    text = Text(question_text(question, clip, with_times=with_times))
    return Messages((*images, text), "probe.v1")


def numbers_in(text: str) -> list[float]:
    """All numbers of an answer, in order.

    >>> numbers_in("At 2.4 s, then -3")
    [2.4, -3.0]
    """
    return [float(found) for found in _NUMBER.findall(text)]


def codes_in(text: str) -> list[int]:
    """All numbers of an answer that a frame could carry."""
    return [
        int(one) for one in numbers_in(text) if one.is_integer() and FIRST_CODE <= one <= LAST_CODE
    ]


def colours_in(text: str) -> list[str]:
    """All backgrounds that an answer names."""
    words = re.findall(r"[a-z]+", text.lower())
    return [word for word in words if word in COLOURS]


def says_yes(text: str) -> bool | None:
    """Whether an answer begins with yes or no; None for neither."""
    found = re.match(r"\W*(yes|no)\b", text, re.IGNORECASE)
    return found and found[1].lower() == "yes"


def _seconds(place: int) -> str:
    return f"{place * STEP_MS / 1000:.1f}"


def _code(question: ProbeQuestion, clip: Clip) -> int:
    assert question.place is not None
    return clip.codes[question.place]


def _at(question: ProbeQuestion) -> str:
    assert question.place is not None
    return _seconds(question.place)


_TIMED = (Kind.NUMBER_AT, Kind.COLOUR_AT, Kind.WHEN)

_TEXTS: dict[Kind, Callable[[ProbeQuestion, Clip], str]] = {
    Kind.LIST: lambda *_: (
        "Every frame shows a three-digit number. Write the numbers of all frames in the order in "
        "which the frames are shown, separated by commas, and nothing else."
    ),
    Kind.COUNT: lambda *_: (
        "How many frames are you shown? Answer with the number and nothing else."
    ),
    Kind.NUMBER_AT: lambda question, _: (
        f"Which three-digit number does the frame at {_at(question)} seconds show? Answer with "
        "the number and nothing else."
    ),
    Kind.COLOUR_AT: lambda question, _: (
        f"Which colour is the background of the frame at {_at(question)} seconds: "
        f"{', '.join(COLOURS)}? Answer with one word."
    ),
    Kind.WHEN: lambda question, clip: (
        f"At how many seconds is the frame that shows the number {_code(question, clip)}? Answer "
        "with the seconds and nothing else."
    ),
    Kind.IS_SHOWN: lambda question, clip: (
        f"Does one of the frames show the number {_code(question, clip)}? Answer yes or no."
    ),
}
