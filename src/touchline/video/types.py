"""The window: a stretch of a half that a model is asked about."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Window:
    """A stretch of a half that a model is asked about, with the true time of each frame.

    Attributes:
        game: id of the game.
        half: number of the half, from 1.
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
