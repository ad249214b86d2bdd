"""Fewer frames than planned, chosen alike whoever asks for them.

Three callers show a window with fewer frames: the plan, where a card says how many images its
model takes; the engine in this process, where memory runs out; and the dispatcher of an endpoint
that refuses so many. All choose the same frames, so that the model is given the same stimulus.
"""

import re
from collections.abc import Sequence
from dataclasses import replace

from touchline.prompts import Image, Messages, Text

_LOWERED = re.compile(r"frames \d+ to (\d+)")
"""What `lowered_frames` writes."""


def evenly_spaced(count: int, keep: int) -> tuple[int, ...]:
    """Positions of some of `count` things, spaced evenly.

    Args:
        count: how many there are.
        keep: how many to choose, at least 1.

    Returns:
        Ascending positions from 0: the first and the last with others between them, the middle
        one where only one is chosen, all where there are no more than `keep`.

    >>> evenly_spaced(8, 4), evenly_spaced(8, 1), evenly_spaced(2, 4)
    ((0, 2, 5, 7), (4,), (0, 1))
    """
    if keep < 1:
        raise ValueError(f"{keep} of {count}: at least one must be kept")
    if count <= keep:
        return tuple(range(count))
    if keep == 1:
        return (count // 2,)
    return tuple(round(place * (count - 1) / (keep - 1)) for place in range(keep))


def shown_frames(messages: Messages) -> tuple[int, ...]:
    """Positions, among the frames of the request, of the images that a prompt shows."""
    return tuple(part.frame for part in messages.parts if isinstance(part, Image))


def half_as_many(count: int) -> int:
    """How many frames to try next where so many were too many; at least 1.

    >>> [half_as_many(count) for count in (8, 5, 2, 1)]
    [4, 3, 1, 1]
    """
    return max(1, (count + 1) // 2)


def subsample_frames(messages: Messages, keep: int) -> Messages:
    """A rendered prompt with fewer of its images, and a sentence that says which are shown.

    The list of frames and times in the prompt's text stays as it is, so a reply may name a frame
    by its number as before. Reduce the whole prompt again rather than a reduced one: then the
    frames are evenly spaced and the sentence is there once.

    Args:
        messages: the prompt with all of its images.
        keep: the most images to keep, at least 1.

    Returns:
        The prompt with evenly spaced images and the sentence after the last of them; the same
        prompt where it has no more images than that.
    """
    frames = shown_frames(messages)
    if len(frames) <= keep:
        return messages
    kept = [frames[place] for place in evenly_spaced(len(frames), keep)]
    parts: list[Text | Image] = []
    for part in messages.parts:
        if not isinstance(part, Image) or part.frame in kept:
            parts.append(part)
        if isinstance(part, Image) and part.frame == frames[-1]:
            parts.append(_note([messages.first_frame + frame for frame in kept]))
    return replace(messages, parts=tuple(parts))


def lowered_frames(before: Messages, after: Messages) -> tuple[str, ...]:
    """The entry of `Reply.lowered` about frames that were left out; none where all are shown."""
    planned, shown = len(shown_frames(before)), len(shown_frames(after))
    return (f"frames {planned} to {shown}",) if shown < planned else ()


def frames_shown(messages: Messages, lowered: Sequence[str]) -> int | None:
    """How many frames an answer is about.

    Args:
        messages: the prompt with all of its images.
        lowered: of the answer (see `Reply.lowered`).

    Returns:
        The number; None where something else than the number of frames was lowered, such as
        their size.
    """
    shown = len(shown_frames(messages))
    for entry in lowered:
        found = _LOWERED.fullmatch(entry)
        if found is None:
            return None
        shown = min(shown, int(found[1]))
    return shown


def _note(numbers: list[int]) -> Text:
    listed = ", ".join(map(str, numbers))
    return Text(f"Of these frames, only the following are shown: {listed}.")
