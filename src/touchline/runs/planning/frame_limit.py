"""Windows with more frames than a model takes: subsampled, or pooled, as its card says."""

from dataclasses import replace

from touchline.models import Card, evenly_spaced, middle_places
from touchline.video import FrameSpec, Window


def limit_frames(window: Window, card: Card) -> Window:
    """The window with as many frames as the card's model is shown, evenly spaced."""
    times = window.frame_times_ms
    shown = card.limited_frames(len(times))
    if len(times) <= shown:
        return window
    kept = evenly_spaced(len(times), shown)
    return replace(window, frame_times_ms=tuple(times[place] for place in kept))


def pool_frames(window: Window, card: Card) -> Window:
    """The window with one frame for each image of the prompt, where several frames become one.

    That is the middle one of each set of consecutive frames, whose time is that of the set.
    """
    if card.frames_per_image == 1:
        return window
    times = window.frame_times_ms
    kept = middle_places(len(times), card.frames_per_image)
    return replace(window, frame_times_ms=tuple(times[place] for place in kept))


def frame_limit_warning(card: Card, spec: FrameSpec) -> str | None:
    """A sentence where a model's windows are subsampled; None where they are shown whole."""
    shown = card.limited_frames(spec.frames_per_window)
    if spec.frames_per_window <= shown:
        return None
    return (
        f"model '{card.name}' takes {card.frames_taken()}: {shown} of the "
        f"{spec.frames_per_window} frames of each window are shown, evenly spaced."
    )
