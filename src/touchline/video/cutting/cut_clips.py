"""Clips of a video, copied without encoding anything again."""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

from touchline.errors import UserError
from touchline.files import whole_file
from touchline.video.packets import whole_packets
from touchline.video.probe import frame_time_ms, open_video, video_stream

if TYPE_CHECKING:
    import av

_CONTAINERS = {".mp4": "mp4", ".m4v": "mp4", ".mov": "mov"}
_MATROSKA = ".mkv"
_FRAME_MS = 1000
"""A picture is shown until the next: at most so long after its time."""

_BEFORE_US = 10_000_000
"""How far before the start of a file its first packet is looked for."""

_STEP_MS = 15_000
"""How much earlier is looked for a key frame, where the file's index points behind it."""


@dataclass(frozen=True, slots=True)
class VideoClip:
    """A clip that was cut.

    Attributes:
        file: where it is.
        start_ms: the time of its first picture in the video: that of a key frame.
        end_ms: the time of its last picture.
    """

    file: Path
    start_ms: int
    end_ms: int


def clip_suffix(video: Path) -> str:
    """The suffix of a video's clips: its container, where that can hold them, else Matroska."""
    suffix = video.suffix.lower()
    return suffix if suffix in _CONTAINERS else _MATROSKA


def cut_clip(video: Path, start_ms: int, end_ms: int, file: Path) -> VideoClip:
    """Copies a stretch of a video, with its sound.

    Pictures are predicted from a key frame onwards, so the clip begins at the key frame at or
    before the start: earlier than asked for, never later.

    Args:
        video: the video; it is only read.
        start_ms: where the stretch begins.
        end_ms: where it ends; a clip ends earlier where the video does.
        file: the clip; its suffix is `clip_suffix(video)`.

    Raises:
        UserError: the video cannot be opened, or has no picture there.
    """
    import av

    with open_video(video) as source:
        picture = video_stream(source)
        sound = source.streams.audio[0] if source.streams.audio else None
        zero_us = source.start_time or 0
        packets = _from_key_frame(source, picture, sound, start_ms, zero_us)
        first = next(packets, None)
        if first is None:
            raise UserError(f"{video} has no key frame from which a clip could be cut.")
        origin_ms = frame_time_ms(_pts(first), picture, zero_us)
        container = _CONTAINERS.get(file.suffix.lower(), "matroska")
        with whole_file(file) as handle, av.open(handle, "w", format=container) as target:
            copies = {
                stream.index: target.add_stream_from_template(stream)
                for stream in (picture, sound)
                if stream is not None
            }
            last_ms = origin_ms
            origin = Fraction(zero_us, 1_000_000) + Fraction(origin_ms, 1000)
            for packet in _until(first, packets, picture, end_ms, zero_us):
                if packet.stream is picture:
                    last_ms = max(last_ms, frame_time_ms(_pts(packet), picture, zero_us))
                elif _seconds(packet) < origin:
                    continue
                _shift(packet, origin)
                packet.stream = copies[packet.stream.index]
                target.mux(packet)
            if last_ms < min(start_ms, end_ms) - _FRAME_MS:
                raise UserError(
                    f"video {video} ends before {start_ms} ms, where a clip should begin."
                )
    return VideoClip(file, origin_ms, last_ms)


def _from_key_frame(
    source: "av.container.InputContainer",
    picture: "av.VideoStream",
    sound: "av.AudioStream | None",
    start_ms: int,
    zero_us: int,
) -> Iterator["av.Packet[Any]"]:
    """The packets of both streams, from the last key frame at or before a time, or the first."""
    streams = [picture] if sound is None else [picture, sound]
    aim_ms = start_ms
    while True:
        _seek(source, zero_us, aim_ms)
        found = _last_key_ms(source, picture, start_ms, zero_us, first=aim_ms <= 0)
        if found is not None or aim_ms <= 0:
            break
        aim_ms -= _STEP_MS
    if found is None:
        return
    _seek(source, zero_us, aim_ms)
    begun = False
    early: list[av.Packet[Any]] = []
    for packet in whole_packets(source, *streams):
        if packet.pts is None or packet.size == 0:
            continue
        if begun:
            yield packet
        elif packet.stream is not picture:
            early.append(packet)
        elif packet.is_keyframe and frame_time_ms(packet.pts, picture, zero_us) == found:
            begun = True
            yield packet
            yield from early


def _seek(source: "av.container.InputContainer", zero_us: int, aim_ms: int) -> None:
    """Goes to a time, or to the first packet.

    A transport stream has no index: in it, FFmpeg searches for a packet that is decoded at a time
    and ignores whether it is a key frame. The first picture is decoded before its own time where
    later ones are shown before others, so aiming at the time of the first would miss it.
    """
    aim_us = aim_ms * 1000 if aim_ms > 0 else -_BEFORE_US
    source.seek(zero_us + aim_us, backward=True)


def _last_key_ms(
    source: "av.container.InputContainer",
    picture: "av.VideoStream",
    start_ms: int,
    zero_us: int,
    first: bool,
) -> int | None:
    """The time of the last key frame at or before a time, from where the file is read.

    Args:
        source: the video.
        picture: its pictures.
        start_ms: the time.
        zero_us: where the file's clock starts.
        first: whether the file is read from its start, where the first one may be later: sound
            often begins before the pictures.
    """
    found = None
    for packet in whole_packets(source, picture):
        if packet.pts is None or not packet.is_keyframe:
            continue
        time_ms = frame_time_ms(packet.pts, picture, zero_us)
        if time_ms > start_ms:
            return time_ms if found is None and first else found
        found = time_ms
    return found


def _until(
    first: "av.Packet[Any]",
    packets: Iterator["av.Packet[Any]"],
    picture: "av.VideoStream",
    end_ms: int,
    zero_us: int,
) -> Iterator["av.Packet[Any]"]:
    """Packets up to a time, with the pictures that those before it are predicted from."""
    origin = _pts(first)
    yield first
    for packet in packets:
        time = packet.pts if packet.dts is None else packet.dts
        if time is None:
            continue
        if packet.stream is picture:
            if frame_time_ms(time, picture, zero_us) > end_ms:
                return
            # What is shown before the key frame is predicted from pictures before it.
            if _pts(packet) >= origin:
                yield packet
        elif _seconds(packet) * 1000 - zero_us // 1000 <= end_ms:
            yield packet


def _pts(packet: "av.Packet[Any]") -> int:
    assert packet.pts is not None  # packets without a time are left out before
    return packet.pts


def _seconds(packet: "av.Packet[Any]") -> Fraction:
    assert packet.time_base is not None  # every demuxed packet has one
    return _pts(packet) * packet.time_base


def _shift(packet: "av.Packet[Any]", origin: Fraction) -> None:
    """Puts the start of the clip at zero."""
    assert packet.time_base is not None  # every demuxed packet has one
    offset = round(origin / packet.time_base)
    packet.dts = None if packet.dts is None else packet.dts - offset
    packet.pts = None if packet.pts is None else packet.pts - offset
