"""Controls: the same question with the frames changed or removed.

A model that scores as well with its frames shuffled does not use their order; one that scores as
well without frames does not use the video.
"""

import io
import random
from collections.abc import Sequence
from dataclasses import replace
from enum import StrEnum

from touchline.errors import UserError
from touchline.games import parse_game_name
from touchline.prompts import Image, Messages, Text
from touchline.video import Window


class Control(StrEnum):
    """What is done to the frames of a question."""

    SHUFFLED = "shuffled"
    REPEATED = "repeated"
    TEXT_ONLY = "text-only"
    BLANK = "blank"
    NAMED = "named"
    MASKED = "masked"
    DELETED = "deleted"
    ONLY = "only"


MARK = "+"
"""Between a model's name and its control's: "demo+blank"."""

CONTROLS: dict[Control, str] = {
    Control.SHUFFLED: "the frames of the window in a random order, another for each window",
    Control.REPEATED: "the middle frame of the window in place of every frame",
    Control.TEXT_ONLY: "the text of the prompt without images",
    Control.BLANK: "grey images in place of the frames",
    Control.MASKED: "what stays in the picture of a half, such as a scoreboard, painted black",
    Control.NAMED: "teams, date and time of the half, without images: what it remembers",
    Control.DELETED: "the frames around the model's own claims taken out: does the claim go?",
    Control.ONLY: "the frames around the model's own claims and no others: does the claim stay?",
}


WITHOUT_FRAMES = (Control.TEXT_ONLY, Control.NAMED)
"""The controls whose prompts have no images."""

OF_CLAIMS = (Control.DELETED, Control.ONLY)
"""The controls whose frames are chosen by what the model itself claims of the same window; only
windows in which it claims something are asked."""

CLAIM_REACH_MS = 2_000
"""Frames so close to a claim are taken to show it."""

_MOST_OF_WINDOW = 4
"""One claim takes out at most this part on either side, so that half of a short window is left."""

_NAMED_MATCH = (
    "The match is {home} (home) against {away} (away), played on {date}. The question is about "
    "half {half}, from {start} to {end} after its start. No images are shown: answer from what you "
    "know of this match."
)


def split_control(name: str) -> tuple[str, Control | None]:
    """A model's own name, and the control that the name ends in.

    >>> split_control("demo+text-only"), split_control("demo")
    (('demo', <Control.TEXT_ONLY: 'text-only'>), ('demo', None))
    """
    model, mark, control = name.rpartition(MARK)
    if mark and control in list(Control):
        return model, Control(control)
    return name, None


def controlled_messages(
    messages: Messages, control: Control | None, window: Window | None = None
) -> Messages:
    """The prompt of a control: "text-only" and "named" remove the images.

    Args:
        messages: the prompt.
        control: what is done to it.
        window: what is asked about; "named" tells its game, half and time, and no score.

    Raises:
        UserError: "named" finds no teams and date in the id of the game.
    """
    if control not in WITHOUT_FRAMES:
        return messages
    parts = tuple(part for part in messages.parts if not isinstance(part, Image))
    if control is Control.NAMED and window is not None:
        parts = (Text(_named(window)), *parts)
    return replace(messages, parts=parts)


def _named(window: Window) -> str:
    name = parse_game_name(window.game)
    if name is None:
        raise UserError(
            f"game {window.game!r}: the control '{Control.NAMED}' needs games that are named like "
            "'league/season/2015-02-21 - 18-00 Chelsea 1 - 1 Burnley'."
        )
    start, end = (
        f"{ms // 60_000}:{ms % 60_000 // 1000:02d}" for ms in (window.start_ms, window.end_ms)
    )
    return _NAMED_MATCH.format(**name._asdict(), half=window.half, start=start, end=end)


def frames_around_claims(
    window: Window, claims_ms: Sequence[int], control: Control | None
) -> Window:
    """The window with the frames that a control of claims shows.

    A frame is around a claim within `CLAIM_REACH_MS`, in short windows within a quarter of the
    window; the frame nearest to a claim always is, however few there are.

    Args:
        window: with all frames that the model was shown.
        claims_ms: the times that the model claims, from the start of the half.
        control: "deleted" leaves these frames out and "only" keeps no others; any other control
            shows all.

    Returns:
        The window; without frames where nothing is left.
    """
    if control not in OF_CLAIMS:
        return window
    reach = min(CLAIM_REACH_MS, (window.end_ms - window.start_ms) // _MOST_OF_WINDOW)
    times = window.frame_times_ms
    around = {time for time in times for claim in claims_ms if abs(time - claim) <= reach}
    if times:
        around |= {min((abs(time - claim), time) for time in times)[1] for claim in claims_ms}
    kept = tuple(time for time in times if (time in around) == (control is Control.ONLY))
    return replace(window, frame_times_ms=kept)


def controlled_frames(frames: Sequence[bytes], control: Control | None, key: str) -> list[bytes]:
    """The frames of a control.

    Args:
        frames: JPEG files, in order.
        control: what is done to them; None leaves them as they are.
        key: of the request; it seeds the order of shuffled frames, which is thus reproducible.

    Returns:
        As many JPEG files; none for the controls without images.
    """
    match control:
        case None | Control.MASKED | Control.DELETED | Control.ONLY:
            # Masked when they are decoded; chosen before they are asked for.
            return list(frames)
        case Control.SHUFFLED:
            return random.Random(key).sample(frames, len(frames))  # noqa: S311  (no secret)
        case Control.REPEATED:
            return [frames[len(frames) // 2]] * len(frames)
        case Control.BLANK:
            return [_blank(frame) for frame in frames]
        case Control.TEXT_ONLY | Control.NAMED:
            return []


def _blank(jpeg: bytes) -> bytes:
    """A grey image of the same size."""
    from PIL import Image as Pillow

    with Pillow.open(io.BytesIO(jpeg)) as image:
        size = image.size
    buffer = io.BytesIO()
    Pillow.new("RGB", size, (127, 127, 127)).save(buffer, format="JPEG")
    return buffer.getvalue()
