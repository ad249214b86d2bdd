"""A window with fewer of its frames, for an endpoint that takes no more."""

from dataclasses import replace

from touchline.prompts import Image, Messages, Text


def frames_shown(messages: Messages) -> int:
    """How many images a prompt shows."""
    return sum(isinstance(part, Image) for part in messages.parts)


def subsample_frames(messages: Messages, most: int) -> Messages:
    """The prompt with at most so many of its images, evenly spread, and a sentence that says so.

    The list of frames and times in the prompt's text stays as it is, so a reply may name a frame
    by its number as before.

    Args:
        messages: the prompt.
        most: images to keep, at least 1.

    Returns:
        The first and the last image and others between them, with the sentence behind the last;
        the same prompt where it has no more images than that.
    """
    shown = frames_shown(messages)
    if shown <= most:
        return messages
    kept = {round(place * (shown - 1) / max(most - 1, 1)) for place in range(most)}
    images = [part for part in messages.parts if isinstance(part, Image)]
    chosen = [image for place, image in enumerate(images) if place in kept]
    numbers = ", ".join(str(messages.first_frame + image.frame) for image in chosen)
    note = Text(f"Of these frames only the following are shown: {numbers}.")
    parts: list[Text | Image] = []
    for part in messages.parts:
        if not isinstance(part, Image) or part in chosen:
            parts.append(part)
        if part is images[-1]:
            parts.append(note)
    return replace(messages, parts=tuple(parts))
