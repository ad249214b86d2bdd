"""Tracks: what a prompt may tell of a window besides its frames.

A template asks for a track by using its variable, and gets it for the window alone: `heard`
(whistles and swells), `read_commentary` (leakage-prone, see `touchline.video`) or `flow`
(how optical flow is drawn). A template that uses none of them is rendered as if there were none.
"""

from collections.abc import Iterator

from touchline.games import Half
from touchline.prompts.template import Template, template_variables
from touchline.prompts.types import Tracks
from touchline.video import (
    FrameSpec,
    SoundEvents,
    Window,
    find_sound_events,
    read_commentary,
    utterances_between,
)

HEARD = "heard"
COMMENTARY = "commentary"

LEAKAGE_PRONE = frozenset({COMMENTARY})
"""Tracks that may name the very events that a model is asked for."""


def tracks_used(template: Template) -> list[str]:
    """The tracks that a template asks for, in alphabetical order."""
    return sorted(template_variables(template.source) & {HEARD, COMMENTARY})


def tracks_for(half: Half, window: Window, template: Template, recipe: FrameSpec) -> Tracks:
    """The tracks of a window that its template asks for.

    Raises:
        UserError: the sound or the commentary that it asks for is not to be had.
    """
    used = tracks_used(template)
    return Tracks(
        heard=tuple(sound_lines(find_sound_events(half.video), window)) if HEARD in used else (),
        commentary=tuple(_said_lines(half, window)) if COMMENTARY in used else (),
        flow=recipe.flow,
    )


def sound_lines(heard: SoundEvents, window: Window) -> Iterator[str]:
    """What begins in a window, in seconds from its start."""
    here = heard.between(window.start_ms, window.end_ms)
    sounds = [(one.time_ms, "a whistle") for one in here.whistles]
    sounds += [(one.time_ms, "the crowd swells") for one in here.swells]
    for time_ms, what in sorted(sounds):
        yield f"{what} at {(time_ms - window.start_ms) / 1000:.1f} s"


def _said_lines(half: Half, window: Window) -> Iterator[str]:
    for one in utterances_between(read_commentary(half), window.start_ms, window.end_ms):
        start = max(0, one.start_ms - window.start_ms) / 1000
        end = (min(one.end_ms, window.end_ms) - window.start_ms) / 1000
        yield f"{start:.1f} to {end:.1f} s: {one.text}"
