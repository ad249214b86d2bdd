"""What a format is, and what can be set about writing one."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import Field

from touchline.games import LABELS_FILE
from touchline.spots.formats.event import VideoEvents
from touchline.spots.formats.read_rules import ReadRules
from touchline.spots.formats.source_file import SourceFile
from touchline.validation import Settings, to_ms

_Seconds = Annotated[float, Field(ge=0, le=3600)]


class FormatSettings(Settings):
    """How events are written where a format leaves a choice.

    Attributes:
        lead: seconds that a segment begins before its event.
        lag: seconds that a segment ends after its event.
        fps: frames per second, for formats that count frames; None takes that of the video.
        label_file: name of a game's file of labels in SoccerNet's layout.
    """

    lead: _Seconds = 5.0
    lag: _Seconds = 5.0
    fps: Annotated[float, Field(gt=0, le=1000)] | None = None
    label_file: str = LABELS_FILE

    @property
    def lead_ms(self) -> int:
        """As `lead`."""
        return to_ms(self.lead)

    @property
    def lag_ms(self) -> int:
        """As `lag`."""
        return to_ms(self.lag)


Fact = Literal["team", "confidence", "visibility", "player", "start in UTC"]
"""What an event can say besides its time and its class."""

Holds = Literal["video", "game", "data set"]

Write = Callable[[Sequence[VideoEvents], FormatSettings], str | bytes]
Read = Callable[[SourceFile, ReadRules], list[VideoEvents]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Format:
    """A file format that events are written in, read from, or both.

    Attributes:
        name: what users choose it by.
        suffix: of its files, such as ".csv".
        description: one line.
        holds: what is in one file: the events of one video (one half), of one game, or of a whole
            data set.
        keeps: what it keeps of an event besides its time and its class; the rest is counted and
            said when it is written.
        write: turns the events of one file into its content; None where it is only read.
        read: the events in a file; None where it is only written.
        recognise: whether a file is of this format, by what it holds.
        file_name: of a game's file, where formats with `holds="game"` prescribe one.
        counts_frames: whether it needs the frame rates of the videos.
        precision: how exact its times are, where that is not the millisecond.
    """

    name: str
    suffix: str
    description: str
    holds: Holds = "video"
    keeps: frozenset[Fact] = frozenset()
    write: Write | None = None
    read: Read | None = None
    recognise: Callable[[SourceFile], bool] | None = None
    file_name: Callable[[Sequence[VideoEvents], FormatSettings], str] | None = None
    counts_frames: bool = False
    precision: str = ""
