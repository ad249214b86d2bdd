"""Chapters in FFmpeg's metadata file: `ffmpeg -i video -i events.ffmeta -map_chapters 1 -c copy`.

https://ffmpeg.org/ffmpeg-formats.html#Metadata-2
"""

import re
from collections.abc import Sequence

from touchline.errors import UserError
from touchline.games import UnreadableEntryError
from touchline.spots.formats.event import VideoEvents
from touchline.spots.formats.event_format import Format, FormatSettings
from touchline.spots.formats.read_rules import ReadRules
from touchline.spots.formats.source_file import SourceFile
from touchline.spots.formats.timed_text.chapters import chapters_of, events_of_chapters

_SIGNATURE = ";FFMETADATA"
_SPECIAL = re.compile(r"([=;#\\\n])")
_SECTION = re.compile(r"^\[(\w+)\][ \t]*$", re.MULTILINE)
_NANOSECONDS = "1/1000000000"
_RATIO = re.compile(r"(\d{1,12})/(\d{1,12})")


def recognise(file: SourceFile) -> bool:
    """Whether a file has the signature."""
    return file.head.startswith(_SIGNATURE)


def read(file: SourceFile, rules: ReadRules) -> list[VideoEvents]:
    """The events of a video."""
    if not recognise(file):
        raise UserError(f"{file.name} does not begin with {_SIGNATURE}1.")
    parts = _SECTION.split(file.text)
    sections = [
        body for name, body in zip(parts[1::2], parts[2::2], strict=True) if name == "CHAPTER"
    ]
    chapters = rules.each(sections, file.name, _chapter, "chapter")
    return events_of_chapters(chapters, file, rules)


def _chapter(section: str) -> tuple[float, str]:
    facts = {}
    for line in re.split(r"(?<!\\)\n", section):
        key, sign, value = line.partition("=")
        if sign and not line.startswith((";", "#")):
            facts[key.strip().casefold()] = re.sub(r"\\(.)", r"\1", value, flags=re.DOTALL)
    ratio = _RATIO.fullmatch(facts.get("timebase", _NANOSECONDS))
    if ratio is None or int(ratio[2]) == 0:
        raise UnreadableEntryError(f"TIMEBASE is {facts['timebase'][:40]!r}, not like '1/1000'")
    if "start" not in facts or "title" not in facts:
        raise UnreadableEntryError(f"{'START' if 'start' not in facts else 'title'} is missing")
    if not re.fullmatch(r"-?\d{1,18}", facts["start"]):
        raise UnreadableEntryError(f"START is {facts['start'][:40]!r}, not a whole number")
    return int(facts["start"]) * int(ratio[1]) * 1000 / int(ratio[2]), facts["title"]


def write(videos: Sequence[VideoEvents], _settings: FormatSettings) -> str:
    """The chapters of one video."""
    (video,) = videos
    lines = [f"{_SIGNATURE}1"]
    for start_ms, end_ms, title in chapters_of(video):
        safe = _SPECIAL.sub(r"\\\1", title)
        lines += [
            "[CHAPTER]",
            "TIMEBASE=1/1000",
            f"START={start_ms}",
            f"END={end_ms}",
            f"title={safe}",
        ]
    return "\n".join(lines) + "\n"


FORMAT = Format(
    name="ffmetadata",
    suffix=".ffmeta",
    description="Chapters for FFmpeg, one file a video.",
    keeps=frozenset({"team", "confidence"}),
    write=write,
    read=read,
    recognise=recognise,
)
