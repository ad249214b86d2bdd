"""Chapters: an event begins one, which lasts until the next."""

from collections.abc import Iterable
from itertools import groupby
from typing import NamedTuple

from touchline.spots.formats.event import MatchEvent, VideoEvents, in_order
from touchline.spots.formats.read_rules import ReadRules
from touchline.spots.formats.source_file import SourceFile
from touchline.spots.formats.timed_text.captions import caption, parse_caption

_AND = " + "
_LAST_MS = 1000


class Chapter(NamedTuple):
    """A chapter: when it starts and ends, and its title."""

    start_ms: int
    end_ms: int
    title: str


def chapters_of(video: VideoEvents) -> list[Chapter]:
    """The chapters of a video; events of one moment share one."""
    moments = [
        (start_ms, _AND.join(map(caption, events)))
        for start_ms, events in groupby(video.events, key=lambda event: event.position_ms)
    ]
    if not moments:
        return []
    end_ms = max(video.duration_ms or 0, moments[-1][0] + _LAST_MS)
    ends = [*(start_ms for start_ms, _ in moments[1:]), end_ms]
    return [Chapter(start, end, title) for (start, title), end in zip(moments, ends, strict=True)]


def events_of_chapters(
    chapters: Iterable[tuple[float, str]], file: SourceFile, rules: ReadRules
) -> list[VideoEvents]:
    """The events that chapters begin with.

    Args:
        chapters: the start in ms and the title of each.
        file: where they are from.
        rules: how events are read.
    """

    def events(chapter: tuple[float, str]) -> list[MatchEvent]:
        position_ms = rules.position(chapter[0])
        return [
            parse_caption(part, file.half, position_ms, rules) for part in chapter[1].split(_AND)
        ]

    found = rules.each(chapters, file.name, events, "chapter")
    return [VideoEvents(file.game, file.half, in_order(one for part in found for one in part))]
