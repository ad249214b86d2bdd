"""A half as a file that a browser plays: as it is, or put into MP4 once and kept.

The packets are copied, never encoded again, so a half takes seconds. It becomes a plain MP4 with
an index, in which a browser finds any moment by range requests.
"""

import threading
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

from touchline.disk import cache_folder
from touchline.errors import UserError
from touchline.files import whole_file
from touchline.video import open_video, probe_video, video_stream, whole_packets

if TYPE_CHECKING:
    import av

_PICTURE = frozenset({"h264", "av1", "vp9"})
_SOUND = frozenset({"aac", "mp3", "opus", "flac"})
_AS_IT_IS = frozenset({".mp4", ".m4v", ".webm"})
_VP8_IN_WEBM = "vp8"
_one_at_a_time = threading.Lock()


def playable(video: Path) -> Path:
    """A file with the same pictures at the same times that a browser plays.

    Args:
        video: of a half.

    Returns:
        The video itself, or an MP4 file in the cache, made where it is missing.

    Raises:
        UserError: no such video, or its pictures are in a format that no browser plays.
    """
    facts = probe_video(video)
    with open_video(video) as container:
        codec = video_stream(container).codec_context.name
        zero_us = container.start_time or 0
    known = codec in _PICTURE or (codec == _VP8_IN_WEBM and video.suffix == ".webm")
    if not known:
        raise UserError(
            f"{video.name} is encoded as {codec}, which browsers do not play: convert it to H.264."
        )
    if video.suffix.casefold() in _AS_IT_IS and zero_us == 0:
        return video
    path = cache_folder("playable") / f"{facts.fingerprint}.mp4"
    with _one_at_a_time:
        if not path.is_file():
            _remux(video, path, zero_us)
    return path


def _remux(video: Path, path: Path, zero_us: int) -> None:
    """Copies the packets into MP4, the file's own start moved to zero."""
    import av

    orders = _decoding_times(video)
    with (
        whole_file(path) as file,
        open_video(video) as source,
        av.open(file, "w", format="mp4") as target,
    ):
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
            packet.stream = kept[packet.stream.index]
            target.mux(packet)


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


def _streams(source: "av.container.InputContainer") -> list["av.VideoStream | av.AudioStream"]:
    """The first pictures, and the first sound that MP4 and browsers support."""
    sounds = [one for one in source.streams.audio if one.codec_context.name in _SOUND]
    return [video_stream(source), *sounds[:1]]
