"""The two ways in which a video becomes an MP4 file that browsers play."""

from collections.abc import Callable, Iterator
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, Final

from touchline.errors import UserError
from touchline.video import (
    frame_time_ms,
    frames_of,
    open_video,
    picture_size,
    upright_frame,
    video_stream,
    whole_packets,
)

if TYPE_CHECKING:
    import av

COPIED_SOUND = frozenset({"aac", "mp3", "opus", "flac"})
"""What MP4 and browsers support; other sound is left out of a copy."""

_ENCODER: Final = "libx264"
_OPTIONS = {"crf": "23", "preset": "veryfast", "g": "50"}
"""A key frame at least every two seconds at 25 fps, so that a seek decodes little."""
_MOST_ROWS = 720
_MS = Fraction(1, 1000)


def copy_packets(video: Path, file: BinaryIO, tell: Callable[[int], None]) -> None:
    """Copies the packets into MP4, the file's own start moved to zero.

    Args:
        video: whose pictures browsers play.
        file: to be written.
        tell: called with how far it is, in ms.
    """
    import av

    orders = _decoding_times(video)
    with open_video(video) as source, av.open(file, "w", format="mp4") as target:
        zero_us = source.start_time or 0
        kept = {
            stream.index: target.add_stream_from_template(stream) for stream in _streams(source)
        }
        for packet in whole_packets(source):
            if packet.stream.index not in kept or packet.pts is None:
                continue
            base = packet.time_base
            assert base is not None  # packets of an open container have one
            shift = round(Fraction(zero_us, 1_000_000) / base)
            order = next(orders) if packet.stream.type == "video" else packet.pts
            packet.pts, packet.dts = packet.pts - shift, order - shift
            tell(round(1000 * packet.pts * base))
            packet.stream = kept[packet.stream.index]
            target.mux(packet)


def encode_again(video: Path, file: BinaryIO, tell: Callable[[int], None]) -> None:
    """Encodes the pictures as H.264, upright and with square pixels, each at its own time.

    Pictures of more than 720 rows are made smaller. Sound that MP4 holds is copied.

    Args:
        video: whose pictures browsers do not play.
        file: to be written.
        tell: called with how far it is, in ms.

    Raises:
        UserError: no frame of it decodes, or H.264 cannot be written here.
    """
    import av

    try:
        av.Codec(_ENCODER, "w")
    except ValueError as error:
        raise UserError(
            f"{video.name} has to be encoded again for browsers, and PyAV has no {_ENCODER} here: "
            "convert it to H.264 with touchline data normalize on another machine."
        ) from error
    with open_video(video) as source, av.open(file, "w", format="mp4") as target:
        zero_us = source.start_time or 0
        picture, *sounds = _streams(source)
        picture.codec_context.thread_type = "AUTO"
        encoder = target.add_stream(_ENCODER, rate=25, options=dict(_OPTIONS))
        encoder.width, encoder.height = _even_size(*picture_size(video))
        encoder.pix_fmt, encoder.time_base = "yuv420p", _MS
        encoder.codec_context.time_base = _MS
        sound = target.add_stream_from_template(sounds[0]) if sounds else None
        last_ms = -1
        for packet in whole_packets(source, picture, *sounds):
            if packet.stream.type != "video":
                _copy_sound(packet, zero_us, sound, target)
                continue
            for frame in frames_of(packet):
                if frame.pts is None:
                    continue
                at_ms = frame_time_ms(frame.pts, picture, zero_us)
                if at_ms <= last_ms:
                    continue  # a player shows one picture at a time
                last_ms = at_ms
                shown = upright_frame(video, frame).reformat(
                    width=encoder.width, height=encoder.height, format="yuv420p"
                )
                shown.pts, shown.time_base, shown.pict_type = at_ms, _MS, 0
                target.mux(encoder.encode(shown))
                tell(at_ms)
        target.mux(encoder.encode(None))
    if last_ms < 0:
        raise UserError(f"video {video} has no frame that decodes.")


def _copy_sound(packet: "av.Packet[Any]", zero_us: int, sound: Any, target: Any) -> None:
    if packet.dts is None or packet.pts is None:
        return
    assert packet.time_base is not None  # packets of an open container have one
    shift = round(Fraction(zero_us, 1_000_000) / packet.time_base)
    packet.pts, packet.dts = packet.pts - shift, packet.dts - shift
    packet.stream = sound
    target.mux(packet)


def _even_size(width: int, height: int) -> tuple[int, int]:
    """As large as it is, at most 720 rows, and even, as H.264 with halved colours needs it.

    >>> _even_size(1920, 1080), _even_size(397, 225)
    ((1280, 720), (396, 224))
    """
    scale = min(1.0, _MOST_ROWS / height)
    return max(2, round(width * scale) // 2 * 2), max(2, round(height * scale) // 2 * 2)


def _decoding_times(video: Path) -> Iterator[int]:
    """When each packet of pictures has to be decoded, in the units of its stream.

    Matroska holds presentation times only, and where pictures are not in that order the decoding
    times that are guessed from them have gaps. MP4 needs each: the presentation times in
    ascending order, all earlier by as much as the latest of them needs.
    """
    with open_video(video) as source:
        pictures = video_stream(source).index
        shown = [
            packet.pts
            for packet in whole_packets(source)
            if packet.stream.index == pictures and packet.pts is not None
        ]
    ordered = sorted(shown)
    early = max((order - pts for order, pts in zip(ordered, shown, strict=True)), default=0)
    return iter([order - early for order in ordered])


def _streams(source: "av.container.InputContainer") -> "list[Any]":
    """The first pictures, and the first sound that MP4 and browsers support."""
    sounds = [one for one in source.streams.audio if one.codec_context.name in COPIED_SOUND]
    return [video_stream(source), *sounds[:1]]
