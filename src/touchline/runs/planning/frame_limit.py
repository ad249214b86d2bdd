"""Windows with more frames than a model takes, where its card says to subsample them."""

from dataclasses import replace

from touchline.models import Card, evenly_spaced
from touchline.video import FrameSpec, Window


def limit_frames(window: Window, card: Card) -> Window:
    """The window with at most as many frames as the card's model takes, evenly spaced."""
    most, times = _most_frames(card), window.frame_times_ms
    if most is None or len(times) <= most:
        return window
    kept = evenly_spaced(len(times), most)
    return replace(window, frame_times_ms=tuple(times[place] for place in kept))


def frame_limit_warning(card: Card, spec: FrameSpec) -> str | None:
    """A sentence where a model's windows are subsampled; None where they are shown whole."""
    most = _most_frames(card)
    if most is None or spec.frames_per_window <= most:
        return None
    return (
        f"model '{card.name}' takes at most {most} images: {most} of the "
        f"{spec.frames_per_window} frames of each window are shown, evenly spaced."
    )


def _most_frames(card: Card) -> int | None:
    """The most frames of a window that is subsampled; None where it is shown whole or refused."""
    return None if card.too_many_images == "refuse" else card.max_images
