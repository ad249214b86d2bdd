"""Tracks: what a prompt may say about a window besides its frames.

A template gets a track by using its variable, and only for the window that is asked about: `heard`
(whistles and swells), `commentary` (prone to leakage, see `touchline.video.commentary`) or `flow`
(how optical flow is drawn). The sound and the commentary are read only where a template uses them.
"""

from collections.abc import Iterator

from touchline.games import Half
from touchline.prompts.template import Template
from touchline.prompts.types import Tracks
from touchline.video import (
    FrameSpec,
    SoundEvents,
    Window,
    find_sound_events,
    read_commentary,
    utterances_between,
)

SOUND_TRACK = "heard"
COMMENTARY_TRACK = "commentary"

LEAKAGE_PRONE = frozenset({COMMENTARY_TRACK})
"""Tracks that may reveal the events that a model is asked for."""


def tracks_used(template: Template) -> list[str]:
    """The tracks that a template uses and that must be read, in alphabetical order."""
    return sorted(template.inputs & {SOUND_TRACK, COMMENTARY_TRACK})


def tracks_for(half: Half, window: Window, template: Template, spec: FrameSpec) -> Tracks:
    """The tracks of a window that its template uses.

    Raises:
        UserError: there is no sound or no commentary, and the template uses it.
    """
    used = tracks_used(template)
    sounds: tuple[str, ...] = ()
    commentary: tuple[str, ...] = ()
    if SOUND_TRACK in used:
        sounds = tuple(sound_lines(find_sound_events(half.video), window))
    if COMMENTARY_TRACK in used:
        commentary = tuple(_commentary_lines(half, window))
    return Tracks(heard=sounds, commentary=commentary, flow=spec.flow)


def sound_lines(events: SoundEvents, window: Window) -> Iterator[str]:
    """The sounds that begin in a window, with seconds from its start."""
    here = events.between(window.start_ms, window.end_ms)
    sounds = [(one.time_ms, "a whistle") for one in here.whistles]
    sounds += [(one.time_ms, "the crowd swells") for one in here.swells]
    for time_ms, what in sorted(sounds):
        yield f"{what} at {(time_ms - window.start_ms) / 1000:.1f} s"


def _commentary_lines(half: Half, window: Window) -> Iterator[str]:
    for one in utterances_between(read_commentary(half), window.start_ms, window.end_ms):
        start = max(0, one.start_ms - window.start_ms) / 1000
        end = (min(one.end_ms, window.end_ms) - window.start_ms) / 1000
        yield f"{start:.1f} to {end:.1f} s: {one.text}"
