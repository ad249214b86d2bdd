"""SubRip subtitles, which a video player shows over the match."""

import re
from collections.abc import Sequence

from touchline.spots.formats.clock import hours_clock
from touchline.spots.formats.event import VideoEvents
from touchline.spots.formats.event_format import Format, FormatSettings
from touchline.spots.formats.read_rules import ReadRules
from touchline.spots.formats.source_file import SourceFile
from touchline.spots.formats.timed_text.captions import caption
from touchline.spots.formats.timed_text.cues import read_cues, span_ms

_FIRST_CUE = re.compile(r"\d+[ \t]*\n\d{1,3}:\d\d:\d\d,\d{1,3}[ \t]+-->")


def recognise(file: SourceFile) -> bool:
    """Whether a file begins with a numbered cue."""
    return _FIRST_CUE.match(file.head) is not None


def read(file: SourceFile, rules: ReadRules) -> list[VideoEvents]:
    """The events of a video."""
    return read_cues(file, rules)


def write(videos: Sequence[VideoEvents], _settings: FormatSettings) -> str:
    """The subtitles of one video."""
    (video,) = videos
    cues = []
    for number, event in enumerate(video.events, start=1):
        start, end = (hours_clock(time_ms, ",") for time_ms in span_ms(event.position_ms))
        text = caption(event).replace("-->", "->").replace("<", "‹")
        cues.append(f"{number}\n{start} --> {end}\n{text}\n")
    return "\n".join(cues)


FORMAT = Format(
    name="srt",
    suffix=".srt",
    description="SubRip subtitles, shown for 2 s around each event.",
    keeps=frozenset({"team", "confidence"}),
    write=write,
    read=read,
    recognise=recognise,
)
