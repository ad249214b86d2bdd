"""Copies of videos in one frame rate, size and codec; originals are only read.

Every frame of the copy has its true time: where the original has a gap, so has the copy.
"""

import re
from collections.abc import Callable, Iterator
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from touchline.errors import UserError
from touchline.files import whole_file
from touchline.progress import Progress
from touchline.video.display import quarter_turns, written_aspect
from touchline.video.normalize_settings import NormalizeSettings
from touchline.video.packets import frames_of, whole_packets
from touchline.video.probe import (
    frame_time_ms,
    open_video,
    picture_size,
    probe_video,
    video_stream,
)

if TYPE_CHECKING:
    import av

VIDEO_SUFFIXES = frozenset({".mkv", ".mp4", ".mov", ".avi", ".ts", ".webm", ".m4v"})
_HALF = re.compile(r"^(?P<half>[12])(?:_(?P<lines>\d+)p)?$")
_LABELS = "*.json"
_LONGEST_HOLD_MS = 1000
"""A frame is repeated for at most so long: what is longer is a gap, not a still picture."""


def all_videos(root: Path) -> list[Path]:
    """All videos of a folder, in order; or the one video that is given.

    Raises:
        UserError: there is none.
    """
    if root.is_file():
        return [root]
    found = sorted(file for file in root.rglob("*") if file.suffix.lower() in VIDEO_SUFFIXES)
    if not found:
        raise UserError(f"no video under {root}.")
    return found


def largest_videos(root: Path) -> list[Path]:
    """As `all_videos`; where a half is there in several sizes, only its largest."""
    largest: dict[tuple[Path, str], tuple[int, Path]] = {}
    for file in all_videos(root):
        match = _HALF.match(file.stem)
        name = match["half"] if match else file.stem
        lines = int(match["lines"] or 0) if match else 0
        known = largest.get((file.parent, name))
        if known is None or lines > known[0]:
            largest[file.parent, name] = (lines, file)
    return sorted(file for _, file in largest.values())


def normalized_path(video: Path, root: Path, out: Path, settings: NormalizeSettings) -> Path:
    """Where the copy of a video goes: the same place under `out`, half and height in its name."""
    match = _HALF.match(video.stem)
    height = min(settings.height, picture_size(video)[1])
    name = f"{match['half']}_{height}p.mkv" if match else f"{video.stem}.mkv"
    place = video.parent.relative_to(root) if root.is_dir() else Path()
    return out / place / name


def normalize_video(
    video: Path, copy: Path, settings: NormalizeSettings, advance: Progress
) -> bool:
    """Makes the copy of a video, unless it is there; label files beside it are copied too.

    Args:
        video: the original; it is only read.
        copy: the new file; it is there whole or not at all.
        settings: rate, height and quality.
        advance: called with the progress.

    Returns:
        Whether it was made now.

    Raises:
        UserError: the video cannot be read, or another file is where the copy should be.
    """
    facts = probe_video(video)
    comment = settings.comment(facts.fingerprint, written_aspect(facts.pixel_aspect))
    if copy.exists():
        if copy.samefile(video) or _comment_of(copy) != comment:
            raise UserError(
                f"{copy} exists and was not made from {video} with these settings: choose another "
                "folder, or delete it."
            )
        advance(facts.duration_ms, facts.duration_ms)
        return False
    with whole_file(copy) as file:
        _write(video, file, settings, comment, lambda done: advance(done, facts.duration_ms))
    for labels in video.parent.glob(_LABELS):
        if not (copy.parent / labels.name).exists():
            with whole_file(copy.parent / labels.name) as file:
                file.write(labels.read_bytes())
    return True


def _write(
    video: Path,
    file: Any,
    settings: NormalizeSettings,
    comment: str,
    advance: Callable[[int], None],
) -> None:
    import av

    width, height = _scaled(picture_size(video), settings.height)
    with open_video(video) as source, av.open(file, "w", format="matroska") as target:
        target.metadata["comment"] = comment
        zero_us = source.start_time or 0
        picture = video_stream(source)
        picture.thread_type = "AUTO"
        sound = source.streams.audio[0] if source.streams.audio else None
        options = {"crf": str(settings.crf), "preset": "veryfast"}
        encoder = target.add_stream("libx264", rate=settings.fps, options=options)
        encoder.width, encoder.height, encoder.pix_fmt = width, height, "yuv420p"
        encoder.codec_context.time_base = Fraction(1, settings.fps)
        kept_sound = target.add_stream_from_template(sound) if sound else None

        def keep(packet: "av.Packet[Any]") -> None:
            if kept_sound is not None and packet.dts is not None:
                _shift(packet, zero_us)
                packet.stream = kept_sound
                target.mux(packet)

        times = (
            (frame_time_ms(frame.pts, picture, zero_us), frame)
            for frame in _pictures(source, picture, sound, keep)
            if frame.pts is not None
        )
        tick = None
        for tick, frame in _at_ticks(times, settings.fps):
            shown = upright_frame(video, frame).reformat(
                width=width, height=height, format="yuv420p"
            )
            shown.pts, shown.time_base = tick, Fraction(1, settings.fps)
            target.mux(encoder.encode(shown))
            advance(1000 * tick // settings.fps)
        target.mux(encoder.encode(None))
    if tick is None:
        raise UserError(f"video {video} has no frame that decodes.")


def _pictures(
    source: "av.container.InputContainer",
    picture: "av.VideoStream",
    sound: "av.AudioStream | None",
    keep: Callable[["av.Packet[Any]"], None],
) -> Iterator["av.VideoFrame"]:
    """Frames that decode, in order; packets of the sound are passed on between them."""
    streams = [picture, sound] if sound else [picture]
    for packet in whole_packets(source, *streams):
        if packet.stream is sound:
            keep(packet)
        else:
            yield from frames_of(packet)


def _at_ticks(
    frames: Iterator[tuple[int, "av.VideoFrame"]], fps: int
) -> Iterator[tuple[int, "av.VideoFrame"]]:
    """The frame to be shown at each tick of a steady clock, and none where there is a gap."""
    shown: tuple[int, av.VideoFrame] | None = None
    for frame in frames:
        if shown is not None:
            yield from ((tick, shown[1]) for tick in ticks_between(shown[0], frame[0], fps))
        if shown is None or frame[0] > shown[0]:
            shown = frame
    if shown is not None:
        yield from ((tick, shown[1]) for tick in ticks_between(shown[0], shown[0] + 1, fps))


def ticks_between(time_ms: int, next_ms: int, fps: int) -> range:
    """Ticks at which a frame is on the screen, from its time to the next one's.

    >>> ticks_between(0, 40, 25), ticks_between(0, 100, 25), ticks_between(0, 10, 25)
    (range(0, 1), range(0, 3), range(0, 1))
    >>> len(ticks_between(0, 60_000, 25))
    25
    """
    until_ms = min(next_ms, time_ms + _LONGEST_HOLD_MS)
    return range(-(-time_ms * fps // 1000), -(-until_ms * fps // 1000))


def _scaled(size: tuple[int, int], height: int) -> tuple[int, int]:
    """Even numbers, as the codec needs them, aspect kept."""
    wanted = min(height, size[1])
    return max(2, 2 * round(size[0] * wanted / size[1] / 2)), max(2, wanted - wanted % 2)


def upright_frame(video: Path, frame: "av.VideoFrame") -> "av.VideoFrame":
    """A frame turned as its display matrix says.

    Raises:
        UserError: the matrix mirrors the picture.
    """
    import av

    turns = quarter_turns(video, frame)
    if not turns:
        return frame
    pixels: NDArray[np.uint8] = np.rot90(frame.to_ndarray(format="rgb24"), turns)
    return av.VideoFrame.from_ndarray(np.ascontiguousarray(pixels), format="rgb24")


def _shift(packet: "av.Packet[Any]", zero_us: int) -> None:
    """Puts the start of the file's clock at zero."""
    assert packet.time_base is not None  # every demuxed packet has one
    offset = round(zero_us / 1_000_000 / packet.time_base)
    packet.dts = None if packet.dts is None else packet.dts - offset
    packet.pts = None if packet.pts is None else packet.pts - offset


def _comment_of(copy: Path) -> str | None:
    try:
        with open_video(copy) as container:
            return container.metadata.get("COMMENT") or container.metadata.get("comment")
    except UserError:
        return None
