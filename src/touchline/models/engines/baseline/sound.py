"""The baseline that listens: what whistles and the crowd alone give away.

Which classes a sound may stand for is written down here and not fitted. Of the games it is judged
on it knows what the other baselines know, the rates of the classes, and no time of any event.
"""

from collections.abc import Iterator

from touchline.errors import UserError
from touchline.models.class_priors import ClassPriors
from touchline.models.types import Request
from touchline.video import LOUD_SWELL_DB, LOUD_WHISTLE_DB

Claim = tuple[str, float, float]
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
"""What a referee blows the whistle for: to start, to stop for an offence, to start again after a
card or a substitution (IFAB, Laws of the Game, guidelines for match officials, "the whistle")."""

CHEERED: tuple[str, ...] = ("Goal", "Shots on target", "Shots off target")
"""What a crowd answers to."""


def sound_claims(request: Request, rates: ClassPriors) -> list[Claim]:
    """What is heard in a window, as claims. A sound that two windows share is claimed by both.

    Raises:
        UserError: the request has no way to the sound, or the sound cannot be analysed.
    """
    if request.read_sound is None:
        raise UserError("baseline/sound needs the sound of the match, and was given none.")
    window = request.window
    heard = request.read_sound().between(window.start_ms, window.end_ms)
    marks = [(one.time_ms, WHISTLED, one.strength_db / LOUD_WHISTLE_DB) for one in heard.whistles]
    marks += [(one.time_ms, CHEERED, one.strength / LOUD_SWELL_DB) for one in heard.swells]
    return [
        (label, (time_ms - window.start_ms) / 1000, share * min(1.0, loud))
        for time_ms, labels, loud in marks
        for label, share in _shares(labels, rates)
    ]


def _shares(labels: tuple[str, ...], rates: ClassPriors) -> Iterator[tuple[str, float]]:
    """Each class that happens, with its share among its like."""
    total = sum(rates.per_hour.get(label, 0.0) for label in labels)
    for label in labels:
        if rates.per_hour.get(label, 0.0) > 0:
            yield label, rates.per_hour[label] / total
