"""Cues of subtitles: when they are shown around an event, and the events that they stand for."""

import re
from collections.abc import Callable

from touchline.games import UnreadableEntryError
from touchline.spots.formats.clock import parse_clock
from touchline.spots.formats.event import MatchEvent, VideoEvents, in_order
from touchline.spots.formats.read_rules import ReadRules
from touchline.spots.formats.source_file import SourceFile
from touchline.spots.formats.timed_text.captions import parse_caption

_SHOWN_MS = 2000
"""How long a subtitle is shown, centred on its event."""

_TIMES = re.compile(r"(\d[\d:.,]*)[ \t]+-->[ \t]+(\d[\d:.,]*)(?:[ \t].*)?")


def span_ms(position_ms: int) -> tuple[int, int]:
    """When the subtitle of an event is shown."""
    return max(0, position_ms - _SHOWN_MS // 2), position_ms + _SHOWN_MS // 2


def read_cues(
    file: SourceFile, rules: ReadRules, plain: Callable[[str], str] = str
) -> list[VideoEvents]:
    """The events of a video: one for each cue, in its middle.

    Args:
        file: the subtitles.
        rules: how events are read.
        plain: the text of a cue without what marks it up.
    """
    blocks = [block.split("\n") for block in re.split(r"\n{2,}", file.text.strip("\n"))]
    cues = [block for block in blocks if any("-->" in line for line in block)]
    if cues:
        rules.remarks["the time of a subtitle's event is taken to be the middle of its cue"] += len(
            cues
        )

    def event(lines: list[str]) -> MatchEvent:
        place = next(number for number, line in enumerate(lines) if "-->" in line)
        text = plain(" ".join(line.strip() for line in lines[place + 1 :]))
        return parse_caption(text, file.half, rules.position(_middle_ms(lines[place])), rules)

    return [VideoEvents(file.game, file.half, in_order(rules.each(cues, file.name, event, "cue")))]


def _middle_ms(line: str) -> int:
    found = _TIMES.fullmatch(line.strip())
    if found is None:
        raise UnreadableEntryError(f"{line[:60]!r} is not like '00:00:01,000 --> 00:00:02,000'")
    start_ms, end_ms = parse_clock(found[1]), parse_clock(found[2])
    if end_ms < start_ms:
        raise UnreadableEntryError("it ends before its start")
    cut_at_start = start_ms == 0 and _SHOWN_MS // 2 <= end_ms < _SHOWN_MS
    return end_ms - _SHOWN_MS // 2 if cut_at_start else (start_ms + end_ms) // 2
