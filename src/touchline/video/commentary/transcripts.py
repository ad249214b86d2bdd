"""Transcripts of the commentary, as SoccerNet-Echoes puts them beside the videos.

A commentator often names the events of a match outright, and may do so after the event or in
another broadcast. A model that reads this is helped by more than it sees, so commentary is a track
of its own that has to be asked for, and is called leakage-prone.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from touchline.errors import UserError
from touchline.files import write_atomically
from touchline.games import Half


@dataclass(frozen=True, slots=True)
class Utterance:
    """A stretch of commentary.

    Attributes:
        start_ms: from the start of the half.
        end_ms: the millisecond after the last.
        text: as it was transcribed.
    """

    start_ms: int
    end_ms: int
    text: str


def transcript_path(half: Half) -> Path:
    """The path of a half's transcript: `1_asr.json` beside its video."""
    return half.video.with_name(f"{half.number}_asr.json")


def read_commentary(half: Half) -> tuple[Utterance, ...]:
    """The utterances of a half, in order.

    Raises:
        UserError: there is no transcript, or it cannot be read.
    """
    path = transcript_path(half)
    try:
        return _read(path, path.stat().st_mtime_ns)
    except FileNotFoundError:
        raise UserError(
            f"the prompt needs commentary, but {path.name} is missing beside {half.video}: copy "
            "the transcripts of SoccerNet-Echoes there, or make them with touchline data "
            "transcribe."
        ) from None


def utterances_between(
    utterances: Sequence[Utterance], start_ms: int, end_ms: int
) -> list[Utterance]:
    """The utterances that begin in a stretch of a half or reach into it."""
    return [one for one in utterances if one.start_ms < end_ms and one.end_ms > start_ms]


def write_commentary(path: Path, utterances: Sequence[Utterance]) -> None:
    """Writes a transcript in the form of SoccerNet-Echoes."""
    segments = {
        str(place): [one.start_ms / 1000, one.end_ms / 1000, one.text]
        for place, one in enumerate(utterances)
    }
    write_atomically(path, json.dumps({"segments": segments}, ensure_ascii=False, indent=1))


@lru_cache(maxsize=64)
def _read(path: Path, _mtime_ns: int) -> tuple[Utterance, ...]:
    try:
        values = json.loads(path.read_text(encoding="utf-8"))
        utterances = [_utterance(*_fields(entry)) for entry in _entries(values["segments"])]
    except FileNotFoundError:
        raise
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise UserError(
            f"transcript {path} cannot be read: it needs 'segments', each with a start and an end "
            f"in seconds and a text ({type(error).__name__}: {error})."
        ) from error
    return tuple(sorted(utterances, key=lambda one: (one.start_ms, one.end_ms)))


def _entries(segments: Any) -> Iterator[Any]:
    """Segments by number, as SoccerNet-Echoes has them, or as a list, as Whisper writes them."""
    return iter(segments.values() if isinstance(segments, Mapping) else segments)


def _fields(entry: Any) -> tuple[float, float, str]:
    if isinstance(entry, Mapping):
        return float(entry["start"]), float(entry["end"]), str(entry["text"])
    start, end, text = entry
    return float(start), float(end), str(text)


def _utterance(start_s: float, end_s: float, text: str) -> Utterance:
    return Utterance(round(start_s * 1000), round(end_s * 1000), " ".join(text.split()))
