"""WebVTT, the subtitles of web pages.

https://www.w3.org/TR/webvtt1/
"""

import html
import re
from collections.abc import Sequence

from touchline.errors import UserError
from touchline.spots.formats.clock import hours_clock
from touchline.spots.formats.event import VideoEvents
from touchline.spots.formats.event_format import Format, FormatSettings
from touchline.spots.formats.read_rules import ReadRules
from touchline.spots.formats.source_file import SourceFile
from touchline.spots.formats.timed_text.captions import caption
from touchline.spots.formats.timed_text.cues import read_cues, span_ms

_SIGNATURE = re.compile(r"WEBVTT(?:[ \t\n]|$)")
_TAG = re.compile(r"<[^>]*>")


def recognise(file: SourceFile) -> bool:
    """Whether a file has the signature."""
    return _SIGNATURE.match(file.head) is not None


def read(file: SourceFile, rules: ReadRules) -> list[VideoEvents]:
    """The events of a video."""
    if not recognise(file):
        raise UserError(f"{file.name} does not begin with WEBVTT.")
    return read_cues(file, rules, lambda text: html.unescape(_TAG.sub("", text)))


def write(videos: Sequence[VideoEvents], _settings: FormatSettings) -> str:
    """The subtitles of one video."""
    (video,) = videos
    cues = ["WEBVTT\n"]
    for number, event in enumerate(video.events, start=1):
        start, end = (hours_clock(time_ms) for time_ms in span_ms(event.position_ms))
        cues.append(f"{number}\n{start} --> {end}\n{html.escape(caption(event), quote=False)}\n")
    return "\n".join(cues)


FORMAT = Format(
    name="webvtt",
    suffix=".vtt",
    description="WebVTT subtitles, shown for 2 s around each event.",
    keeps=frozenset({"team", "confidence"}),
    write=write,
    read=read,
    recognise=recognise,
)
