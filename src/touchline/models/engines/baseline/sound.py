"""The baseline that only listens: what whistles and the crowd alone reveal.

The classes that a sound may stand for are fixed here, not fitted. Like the other baselines it knows
how often each class happens in general, and nothing of the labels of the games it is scored on.
"""

from collections.abc import Iterator

from touchline.errors import UserError
from touchline.models.class_priors import ClassPriors
from touchline.models.types import Request
from touchline.video import LOUD_SWELL_DB, LOUD_WHISTLE_DB

Event = tuple[str, float, float]
"""Class, seconds from the window's start, confidence."""

WHISTLED: tuple[str, ...] = (
    "Kick-off",
    "Foul",
    "Offside",
    "Indirect free-kick",
    "Direct free-kick",
    "Penalty",
    "Yellow card",
    "Red card",
    "Yellow->red card",
    "Substitution",
)
"""What a referee whistles for: to start, to stop for an offence, to restart after a
card or a substitution (IFAB, Laws of the Game, guidelines for match officials, "the whistle")."""

CHEERED: tuple[str, ...] = ("Goal", "Shots on target", "Shots off target")
"""What a crowd reacts to."""


def events_from_sound(request: Request, priors: ClassPriors) -> list[Event]:
    """The events that the sound of a window suggests; a sound in two windows counts in both.

    Raises:
        UserError: the request has no sound, or the sound cannot be analysed.
    """
    if request.read_sound is None:
        raise UserError("baseline/sound needs the sound of the match, and the request has none.")
    window = request.window
    sounds = request.read_sound().between(window.start_ms, window.end_ms)
    cues = [(one.time_ms, WHISTLED, one.strength_db / LOUD_WHISTLE_DB) for one in sounds.whistles]
    cues += [(one.time_ms, CHEERED, one.strength / LOUD_SWELL_DB) for one in sounds.swells]
    return [
        (label, (time_ms - window.start_ms) / 1000, share * min(1.0, loud))
        for time_ms, labels, loud in cues
        for label, share in _shares(labels, priors)
    ]


def _shares(labels: tuple[str, ...], priors: ClassPriors) -> Iterator[tuple[str, float]]:
    """Each class that happens, with its share of all these classes together."""
    total = sum(priors.per_hour.get(label, 0.0) for label in labels)
    for label in labels:
        if priors.per_hour.get(label, 0.0) > 0:
            yield label, priors.per_hour[label] / total
