"""What a video file is: its identity and the true time of each of its frames."""

import hashlib
import os
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from touchline.errors import UserError
from touchline.video.display import SQUARE, lying, pixel_aspect, upright_size
from touchline.video.packets import whole_packets
from touchline.video.watchdog import Heartbeat, run_watched

if TYPE_CHECKING:
    import av

_EDGE_BYTES = 4 << 20
_SAMPLE_BYTES = 64 << 10
_SAMPLES = 64
_END_SLACK_MS = 1000
"""Containers round their length up and sound may outlast the picture; only more is missing."""


_MOST_PIXELS = 64 << 20
"""Of a picture: 8K UHD has half as many. A frame of more would not fit beside a model."""

_MOST_FRAMES = 4_000_000
"""Of a file: four hours and a half at 240 fps."""

_MOST_MS = 100 * 3_600_000
"""Of a file: one that says more has broken timestamps."""

READ_SECONDS = float(os.environ.get("TOUCHLINE_READ_SECONDS", "60"))
"""A read or a step of decoding that takes longer is given up."""

NO_TIME = -(1 << 31)
"""In place of a time: a packet that is decoded and not shown, or whose time is not known."""

_RESTART_SECONDS = 1
"""Files may be written with times that are a little out of order; only more is another clock."""

_LENGTHS_FROM_ZERO = ("matroska,webm", "nut")
"""Formats whose length, as FFmpeg reads it, is where the file ends on its own clock, wherever that
starts; in others it is how long the file lasts."""

_NO_PTS = -(1 << 62)
_MOST_PTS = 1 << 53
"""From here on a timestamp has no millisecond of its own: it is not taken for a time."""


@dataclass(frozen=True, slots=True, eq=False)
class Packets:
    """The packets of a video stream, in the order of decoding.

    Attributes:
        times_ms: when each one's picture is shown, or `NO_TIME`; shape (packets,).
        keys: whether decoding can begin with it, as the file says; shape (packets,).
        intra: whether that is true of the second key frame: a stream with gradual refresh calls
            pictures key frames that are predicted from others.
        hidden: how many have the time of another, because the file's clock restarts on the way, as
            in two transport streams that were joined; they cannot be told apart from those.
    """

    times_ms: NDArray[np.int32]
    keys: NDArray[np.bool_]
    intra: bool = True
    hidden: int = 0

    def __len__(self) -> int:
        return len(self.times_ms)

    @property
    def all_timed(self) -> bool:
        """Whether the time of every packet is known."""
        return bool((self.times_ms != NO_TIME).all())


@dataclass(frozen=True, slots=True, eq=False)
class VideoFacts:
    """What is known of a video without decoding it.

    Attributes:
        fingerprint: identity of the file's content (see `fingerprint`).
        frame_times_ms: presentation time of every frame, ascending, shape (frames,); zero is
            the start of the file's own clock.
        duration_ms: where the last frame ends.
        claimed_ms: how long the file says it is, at least `duration_ms`; more when it was cut
            off, or when its clock restarts on the way (see `Packets.hidden`).
        width: of the coded picture, in pixels.
        height: of the coded picture, in pixels.
        packets: every packet, for choosing which of them to decode.
        pixel_aspect: width over height of one pixel; pictures are shown so much wider.
    """

    fingerprint: str
    frame_times_ms: NDArray[np.int64]
    duration_ms: int
    claimed_ms: int
    width: int
    height: int
    packets: Packets
    pixel_aspect: Fraction = SQUARE

    @property
    def key_times_ms(self) -> NDArray[np.int64]:
        """Times of the key frames, ascending and distinct."""
        times = self.packets.times_ms[self.packets.keys]
        return np.unique(times[times != NO_TIME]).astype(np.int64)


def probe_video(path: Path) -> VideoFacts:
    """Facts of a video file, from one pass over its packets without decoding them.

    Raises:
        UserError: no such file, not a video, or no frame in it.
    """
    try:
        stat = path.stat()
    except OSError as error:
        raise UserError(f"video {path} cannot be read: {error.strerror}.") from error
    return _probe(path, stat.st_size, stat.st_mtime_ns)


@lru_cache(maxsize=64)
def _probe(path: Path, size: int, _mtime_ns: int) -> VideoFacts:
    return run_watched(lambda beat: _read(path, size, beat), f"reading {path}", READ_SECONDS)


def _read(path: Path, size: int, beat: Heartbeat) -> VideoFacts:
    with open_video(path) as container:
        stream = video_stream(container)
        beat()
        packets = _packets(container, stream, beat)
        claimed_us = _claimed_us(container, stream)
        width, height = stream.width, stream.height
        aspect = pixel_aspect(path, stream)
    if width * height * max(aspect, SQUARE) > _MOST_PIXELS:
        raise UserError(
            f"the frames of {path} have {width} x {height} pixels, more than can be decoded."
        )
    times = np.unique(packets.times_ms[packets.times_ms != NO_TIME]).astype(np.int64)
    if len(times) == 0:
        if len(packets):
            raise UserError(
                f"video {path} has no times (a raw stream, perhaps): put it into a container with "
                f"ffmpeg -framerate 25 -i IN -c copy OUT.mkv, at its own frame rate."
            )
        raise UserError(f"video {path} has no frame that can be shown.")
    if len(packets) > _MOST_FRAMES:
        raise UserError(f"{path} has more than {_MOST_FRAMES} frames: cut it into halves.")
    step_ms = int(np.median(np.diff(times))) if len(times) > 1 else 40
    duration_ms = int(times[-1]) + step_ms
    hidden_until_ms = duration_ms + packets.hidden * step_ms
    claimed_ms = max(claimed_us // 1000, hidden_until_ms)
    if max(claimed_ms, duration_ms) > _MOST_MS:
        raise UserError(
            f"{path} says that it lasts {max(claimed_ms, duration_ms) / 3_600_000:.0f} hours: fix "
            "its times with touchline data normalize."
        )
    return VideoFacts(
        fingerprint=fingerprint(path, size),
        frame_times_ms=times,
        duration_ms=duration_ms,
        claimed_ms=claimed_ms if claimed_ms - duration_ms > _END_SLACK_MS else hidden_until_ms,
        width=width,
        height=height,
        packets=packets,
        pixel_aspect=aspect,
    )


def picture_size(video: Path) -> tuple[int, int]:
    """Width and height in square pixels of a video's pictures as they are to be shown.

    Only the head of the file is read, up to the first picture that decodes.

    Raises:
        UserError: the file cannot be opened as a video.
    """
    try:
        stat = video.stat()
    except OSError as error:
        raise UserError(f"video {video} cannot be read: {error.strerror}.") from error
    return _picture_size(video, stat.st_size, stat.st_mtime_ns)


@lru_cache(maxsize=4096)
def _picture_size(video: Path, _size: int, _mtime_ns: int) -> tuple[int, int]:
    with open_video(video) as container:
        stream = video_stream(container)
        aspect = pixel_aspect(video, stream)
        return upright_size(stream.width, stream.height, aspect, lying(video, container, stream))


def frame_rate(path: Path) -> float | None:
    """Frames per second as a video's header says them, or None where it does not.

    For formats that count frames; what is shown at a time is read from the times of the frames.

    Raises:
        UserError: the file cannot be opened as a video.
    """
    with open_video(path) as container:
        rate = video_stream(container).average_rate
        return None if not rate else float(rate)


def open_video(path: Path) -> "av.container.InputContainer":
    """An open container with at least one video stream.

    Raises:
        UserError: the file is missing or is not a video.
    """
    import av

    try:
        # A relative name with a colon, "a:b.mp4", would be an address to FFmpeg.
        container = av.open(str(path.absolute()), metadata_errors="replace", timeout=READ_SECONDS)
    except (av.error.FFmpegError, OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise UserError(f"{path} is not a video that can be opened: {reason}.") from error
    if not _moving(container):
        container.close()
        raise UserError(f"{path} has no video stream.")
    if video_stream(container).codec_context is None:
        container.close()
        raise UserError(f"the pictures of {path} are in a format that FFmpeg does not decode.")
    return container


def video_stream(container: "av.container.InputContainer") -> "av.VideoStream":
    """The first video stream that is not a cover picture; an opened video has one."""
    return _moving(container)[0]


def _moving(container: "av.container.InputContainer") -> list["av.VideoStream"]:
    from av.stream import Disposition

    return [
        one for one in container.streams.video if not one.disposition & Disposition.attached_pic
    ]


def frame_time_ms(pts: int, stream: "av.VideoStream", zero_us: int) -> int:
    """A presentation timestamp as milliseconds on the file's own clock."""
    base = stream.time_base
    assert base is not None  # every opened stream has one
    return round(pts * base.numerator / base.denominator * 1000 - zero_us / 1000)


def frame_times_ms(
    pts: NDArray[np.int64], stream: "av.VideoStream", zero_us: int
) -> NDArray[np.int64]:
    """As `frame_time_ms`, for many at once."""
    base = stream.time_base
    assert base is not None  # every opened stream has one
    seconds = pts * base.numerator / base.denominator
    return np.rint(seconds * 1000 - zero_us / 1000).astype(np.int64)


def fingerprint(path: Path, size: int) -> str:
    """Identity of a file's content: a hash of its size, both ends and 64 samples between.

    Reading a whole 2 GB half would take longer than asking about its first window; two videos
    that agree in length and in all samples are the same encoding.

    Returns:
        32 hexadecimal digits.
    """
    digest = hashlib.blake2b(str(size).encode(), digest_size=16)
    with path.open("rb") as file:
        if size <= 2 * _EDGE_BYTES + _SAMPLES * _SAMPLE_BYTES:
            digest.update(file.read())
            return digest.hexdigest()
        digest.update(file.read(_EDGE_BYTES))
        for sample in range(_SAMPLES):
            file.seek(size * (sample + 1) // (_SAMPLES + 2))
            digest.update(file.read(_SAMPLE_BYTES))
        file.seek(size - _EDGE_BYTES)
        digest.update(file.read(_EDGE_BYTES))
    return digest.hexdigest()


def _packets(
    container: "av.container.InputContainer", stream: "av.VideoStream", beat: Heartbeat
) -> Packets:
    """Every packet up to where the file breaks off; the claimed length shows what is missing."""
    shown: list[int] = []
    keys: list[bool] = []
    second_key: av.Packet[av.VideoStream] | None = None
    clock = _Clock()
    for packet in whole_packets(container, stream):
        if packet.size:
            shown.append(_NO_PTS if packet.pts is None or packet.is_discard else packet.pts)
            if packet.is_keyframe and keys and second_key is None:
                second_key = packet
            keys.append(packet.is_keyframe)
            clock.see(packet)
            if len(keys) % 4096 == 0:
                beat()
            if len(keys) > _MOST_FRAMES:
                break
    pts = np.asarray(shown, dtype=np.int64)
    times = np.full(len(pts), NO_TIME, dtype=np.int32)
    known = np.abs(pts) < _MOST_PTS
    exact = frame_times_ms(pts[known], stream, container.start_time or 0)
    times[known] = np.where(np.abs(exact) < -NO_TIME, exact, NO_TIME)
    intra = second_key is None or _decodes_alone(second_key, stream)
    timed = times[times != NO_TIME]
    hidden = len(timed) - len(np.unique(timed)) if clock.restarts else 0
    return Packets(times, np.asarray(keys, dtype=bool), intra, hidden)


class _Clock:
    """Notices when times of decoding go back, which they never do on one clock."""

    def __init__(self) -> None:
        self.restarts = False
        self._latest: Fraction | None = None

    def see(self, packet: "av.Packet[av.VideoStream]") -> None:
        """Looks at the next packet of a stream."""
        if packet.dts is None or packet.time_base is None or abs(packet.dts) >= _MOST_PTS:
            return
        now = packet.dts * packet.time_base
        if self._latest is not None and now < self._latest - _RESTART_SECONDS:
            self.restarts = True
        self._latest = now


def _claimed_us(container: "av.container.InputContainer", stream: "av.VideoStream") -> int:
    """How long a file says its picture is, from where it starts, in microseconds; 0 where unsaid.

    The length of a file is that of its longest stream. Where sound is what makes it so long, and
    the picture has a length of its own (MP4), that counts: the sound after it shows nothing.
    """
    claimed_us: int = container.duration or 0
    ends_us = {one.type: end for one in container.streams if (end := _end_us(one))}
    picture_us = _end_us(stream)
    if picture_us and ends_us.get("audio", 0) >= claimed_us + min(0, container.start_time or 0):
        claimed_us = min(claimed_us, picture_us)
    if container.format.name in _LENGTHS_FROM_ZERO:
        claimed_us -= max(0, container.start_time or 0)
    return max(0, claimed_us)


def _end_us(stream: "av.stream.Stream") -> int:
    """Where a stream says that it ends, in microseconds; 0 where it does not."""
    if not stream.duration or stream.time_base is None:
        return 0
    return int(((stream.start_time or 0) + stream.duration) * stream.time_base * 1_000_000)


def _decodes_alone(packet: "av.Packet[av.VideoStream]", stream: "av.VideoStream") -> bool:
    """Whether a packet gives a picture that is predicted from no other."""
    import av
    from av.video.frame import PictureType

    alone = av.CodecContext.create(stream.codec_context.name, "r")
    assert isinstance(alone, av.VideoCodecContext)
    alone.extradata = stream.codec_context.extradata
    try:
        frames = [*alone.decode(packet), *alone.decode(None)]
    except av.error.FFmpegError:
        return False
    return bool(frames) and frames[0].pict_type == PictureType.I
