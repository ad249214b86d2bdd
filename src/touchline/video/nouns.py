"""The nouns of a clip: the recipe that frames are taken by, and the window that is asked about."""

from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Recipe:
    """How frames and windows are taken from a half.

    Attributes:
        fps: frames a second.
        window_ms: length of a window.
        stride_ms: distance between the starts of two windows.
        height: frames are scaled to this height in pixels, aspect kept; None leaves them as
            they are. Frames are never enlarged.
    """

    fps: float = 5.0
    window_ms: int = 3000
    stride_ms: int = 2000
    height: int | None = None

    def facts(self) -> dict[str, Any]:
        """The recipe as plain values, for a request's key and a run's plan."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Window:
    """A stretch of a half that a model is asked about, with the true time of each frame.

    Attributes:
        game: id of the game.
        half: 1 or 2.
        index: place among the half's windows, from 0.
        total: how many windows the half has.
        start_ms: first millisecond, from the start of the half.
        end_ms: the millisecond after the last.
        frame_times_ms: presentation time of each frame, in order, from the start of the half.
        first_frame: number of the first frame among the half's sampled frames, from 1.
    """

    game: str
    half: int
    index: int
    total: int
    start_ms: int
    end_ms: int
    frame_times_ms: tuple[int, ...]
    first_frame: int = 1

    @property
    def centre_ms(self) -> int:
        """The middle of the window: where an event is put that no one has timed."""
        return (self.start_ms + self.end_ms) // 2
