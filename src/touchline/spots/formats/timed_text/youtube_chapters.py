"""Chapters as YouTube reads them in a video's description.

https://support.google.com/youtube/answer/9884579

The first is at 0:00, there are at least three, and each lasts at least ten seconds: what follows
an event sooner is named in the chapter that the event begins.
"""

import re
from collections.abc import Sequence

from touchline.games import UnreadableEntryError
from touchline.spots.formats.clock import parse_clock
from touchline.spots.formats.event import VideoEvents
from touchline.spots.formats.event_format import Format, FormatSettings
from touchline.spots.formats.read_rules import ReadRules
from touchline.spots.formats.source_file import SourceFile
from touchline.spots.formats.timed_text.chapters import chapters_of, events_of_chapters

_SHORTEST_S = 10
_START = "Start"
_LINE = re.compile(r"(\d{1,2}:)?\d{1,3}:\d\d[ \t]+\S.*")


def recognise(file: SourceFile) -> bool:
    """Whether the lines of a file are times with titles, the first at zero."""
    lines = file.head.split("\n")[:3]
    return bool(lines) and re.match(r"(0{1,2}:)?0{1,2}:00[ \t]", lines[0]) is not None


def read(file: SourceFile, rules: ReadRules) -> list[VideoEvents]:
    """The events of a video; the chapter at 0:00 that has to be there is none."""
    lines = [line.strip() for line in file.text.split("\n") if line.strip()]
    found = rules.each(lines, file.name, _chapter, "line")
    return events_of_chapters([one for one in found if one != (0, _START)], file, rules)


def _chapter(line: str) -> tuple[float, str]:
    if _LINE.fullmatch(line) is None:
        raise UnreadableEntryError(f"{line[:60]!r} is not like '12:34 Goal'")
    time, title = line.split(maxsplit=1)
    return parse_clock(time), title


def write(videos: Sequence[VideoEvents], _settings: FormatSettings) -> str:
    """The lines for the description of one video."""
    (video,) = videos
    chapters: list[tuple[int, str]] = [(0, _START)]
    for start_ms, _, title in chapters_of(video):
        second = start_ms // 1000
        if second - chapters[-1][0] >= _SHORTEST_S:
            chapters.append((second, title))
        elif len(chapters) == 1 and chapters[0][1] == _START:
            chapters[0] = (0, title)
        else:
            chapters[-1] = (chapters[-1][0], f"{chapters[-1][1]} + {title}")
    return "".join(f"{_clock(second)} {title}\n" for second, title in chapters)


def _clock(second: int) -> str:
    minutes, seconds = divmod(second, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{seconds:02d}" if hours else f"{minutes}:{seconds:02d}"


FORMAT = Format(
    name="youtube",
    suffix=".txt",
    description="Chapters for the description of a YouTube video.",
    keeps=frozenset({"team", "confidence"}),
    write=write,
    read=read,
    recognise=recognise,
    precision="whole seconds, and 10 s for events that follow each other sooner",
)
