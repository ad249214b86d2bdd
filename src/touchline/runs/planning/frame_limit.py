"""Windows with more frames than a model takes: thinned evenly, where the card says so."""

from dataclasses import replace

from touchline.models import Card
from touchline.video import FrameSpec, Window


def limit_frames(window: Window, card: Card) -> Window:
    """The window with at most as many frames as the card's model takes.

    Only for a card with `too_many_images: subsample`; the first frame and the last are kept.
    """
    most, times = card.max_images, window.frame_times_ms
    if card.too_many_images != "subsample" or most is None or len(times) <= most:
        return window
    if most == 1:
        kept: tuple[int, ...] = (times[len(times) // 2],)
    else:
        last = len(times) - 1
        kept = tuple(times[round(place * last / (most - 1))] for place in range(most))
    return replace(window, frame_times_ms=kept)


def frame_limit_warning(card: Card, recipe: FrameSpec) -> str | None:
    """The sentence for a person where a model's windows are thinned."""
    if card.too_many_images != "subsample" or card.max_images is None:
        return None
    if recipe.frames_per_window <= card.max_images:
        return None
    return (
        f"model '{card.name}' takes at most {card.max_images} images: its windows of "
        f"{recipe.frames_per_window} frames are thinned to {card.max_images}."
    )
