"""Chapters in the XML of Matroska's tools: `mkvpropedit video.mkv --chapters events.xml`.

https://mkvtoolnix.download/doc/mkvmerge.html#mkvmerge.chapters
"""

import re
from collections.abc import Sequence
from xml.etree.ElementTree import Element, SubElement

from touchline.games import UnreadableEntryError
from touchline.spots.formats.clock import hours_clock, parse_clock
from touchline.spots.formats.event import VideoEvents
from touchline.spots.formats.event_format import Format, FormatSettings
from touchline.spots.formats.read_rules import ReadRules
from touchline.spots.formats.safe_xml import xml_bytes
from touchline.spots.formats.source_file import SourceFile
from touchline.spots.formats.timed_text.chapters import chapters_of, events_of_chapters

_ROOT = "Chapters"
_UID = 1_000_000
_NANOSECONDS = "000000"
_WHOLE_CLOCK = re.compile(r"\d{1,3}:\d\d:\d\d(?:\.\d{1,9})?")


def recognise(file: SourceFile) -> bool:
    """Whether a file has chapters at its root."""
    return file.looks_like_xml and file.xml.tag == _ROOT


def read(file: SourceFile, rules: ReadRules) -> list[VideoEvents]:
    """The events of a video."""
    atoms = file.xml.iterfind("EditionEntry/ChapterAtom")
    return events_of_chapters(rules.each(atoms, file.name, _chapter, "chapter"), file, rules)


def _chapter(atom: Element) -> tuple[float, str]:
    start = (atom.findtext("ChapterTimeStart") or "").strip()
    title = (atom.findtext("ChapterDisplay/ChapterString") or "").strip()
    if not start or not title:
        missing = "ChapterString" if start else "ChapterTimeStart"
        raise UnreadableEntryError(f"'{missing}' is missing")
    if not _WHOLE_CLOCK.fullmatch(start):
        raise UnreadableEntryError(f"'ChapterTimeStart' is {start[:40]!r}, not like '00:12:34.567'")
    return parse_clock(start), title


def write(videos: Sequence[VideoEvents], _settings: FormatSettings) -> bytes:
    """The chapters of one video."""
    (video,) = videos
    root = Element(_ROOT)
    edition = SubElement(root, "EditionEntry")
    _add(edition, "EditionUID", str(_UID))
    for place, (start_ms, end_ms, title) in enumerate(chapters_of(video), start=1):
        atom = SubElement(edition, "ChapterAtom")
        _add(atom, "ChapterUID", str(_UID + place))
        _add(atom, "ChapterTimeStart", hours_clock(start_ms) + _NANOSECONDS)
        _add(atom, "ChapterTimeEnd", hours_clock(end_ms) + _NANOSECONDS)
        display = SubElement(atom, "ChapterDisplay")
        _add(display, "ChapterString", title)
        _add(display, "ChapterLanguage", "eng")
    return xml_bytes(root, '<!DOCTYPE Chapters SYSTEM "matroskachapters.dtd">')


def _add(parent: Element, name: str, text: str) -> None:
    SubElement(parent, name).text = text


FORMAT = Format(
    name="matroska",
    suffix=".xml",
    description="Chapters for Matroska's tools (mkvmerge, mkvpropedit), one file a video.",
    keeps=frozenset({"team", "confidence"}),
    write=write,
    read=read,
    recognise=recognise,
)
