"""The events of a run as clips, one folder for each class: to look through, or to train on."""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from touchline.errors import UserError
from touchline.files import whole_folder, write_atomically, writing
from touchline.progress import Progress
from touchline.runs.exporting.run_events import RunExport
from touchline.spots import FormatSettings, MatchEvent, VideoEvents, event_segment_ms
from touchline.text import csv_text, inert
from touchline.video import VideoClip, clip_suffix, cut_clip

_INDEX = "clips.csv"
_UNSAFE = re.compile(r"[^\w .()+-]+")
_COLUMNS = (
    *("clip", "game", "half", "label", "team", "confidence", "position_ms"),
    *("clip_start_ms", "clip_end_ms", "event_in_clip_ms"),
)


def export_clips(
    videos: Sequence[VideoEvents], out: Path, settings: FormatSettings, advance: Progress
) -> RunExport:
    """Cuts the clip of each event, without encoding it again.

    A clip begins at the key frame at or before its lead; `clips.csv` says where in the video it
    begins and ends, and where in it the event is.

    Args:
        videos: of `run_events`.
        out: a new folder.
        settings: its lead and lag.
        advance: called with the progress.

    Returns:
        The clips and the index.

    Raises:
        UserError: the folder exists, or a video is missing.
    """
    if out.exists():
        raise UserError(f"{out} exists already: delete it, or choose another place with --out.")
    missing = [video.video for video in videos if video.events and not Path(video.video).is_file()]
    if missing:
        raise UserError(f"video {missing[0]} is missing: clips are cut from the videos of the run.")
    inside = [_inside(video) for video in videos]
    total = sum(len(video.events) for video in inside)
    late = sum(len(video.events) for video in videos) - total
    rows: list[tuple[object, ...]] = []
    early_ms = 0
    with whole_folder(out) as folder:
        for video in inside:
            for name, event in _named(video):
                start_ms, end_ms = event_segment_ms(event, video, settings)
                clip = _cut(video, name, start_ms, end_ms, folder)
                early_ms = max(early_ms, start_ms - clip.start_ms)
                rows.append(_row(video, event, clip, folder))
                advance(len(rows), total)
        write_atomically(folder / _INDEX, csv_text([_COLUMNS, *rows]))
    said = []
    if rows:
        said.append(
            f"clips begin at a key frame, up to {early_ms / 1000:.1f} s before their lead; "
            f"{_INDEX} says where."
        )
    if late:
        said.append(f"{late:,} events beyond the end of their video have no clip.")
    clips = [out / str(row[0]) for row in rows]
    return RunExport([*clips, out / _INDEX], total, said)


def _inside(video: VideoEvents) -> VideoEvents:
    """The events that are in the video."""
    last_ms = video.duration_ms
    return video.with_events(
        event for event in video.events if last_ms is None or event.position_ms < last_ms
    )


def _cut(video: VideoEvents, name: str, start_ms: int, end_ms: int, out: Path) -> VideoClip:
    source = Path(video.video)
    file = out / f"{name}{clip_suffix(source)}"
    with writing(file):
        return cut_clip(source, start_ms, end_ms, file)


def _named(video: VideoEvents) -> Iterator[tuple[str, MatchEvent]]:
    """The events of a video, and the paths of their clips without suffix."""
    seen: dict[str, int] = {}
    for event in video.events:
        minutes, rest_ms = divmod(event.position_ms, 60_000)
        time = f"{minutes:03d}m{rest_ms // 1000:02d}s{rest_ms % 1000:03d}"
        game = plain_name(video.game.replace("/", "_"))
        name = f"{plain_name(event.label)}/{game}_{video.half}_{time}"
        seen[name] = seen.get(name, 0) + 1
        yield (name if seen[name] == 1 else f"{name}_{seen[name]}"), event


def plain_name(text: str) -> str:
    """A text as part of a file's name that every system takes.

    >>> plain_name("Yellow->red card"), plain_name("../x")
    ('Yellow-_red card', '_x')
    """
    return _UNSAFE.sub("_", inert(text)).lstrip(".").strip()[:120] or "_"


def _row(video: VideoEvents, event: MatchEvent, clip: VideoClip, out: Path) -> tuple[object, ...]:
    return (
        *(clip.file.relative_to(out).as_posix(), video.game, event.half, event.label),
        *(event.team or "", "" if event.confidence is None else event.confidence),
        *(event.position_ms, clip.start_ms, clip.end_ms, event.position_ms - clip.start_ms),
    )
