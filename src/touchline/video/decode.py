"""One sequential pass over a half that yields the frames asked for."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

from touchline.video.frame_spec import Decoding, FrameSpec
from touchline.video.packet_selection import DecodeEffort, decode_efforts
from touchline.video.packets import frames_of, whole_packets
from touchline.video.pixels import JpegEncoder
from touchline.video.probe import frame_time_ms, open_video, probe_video, video_stream
from touchline.video.watchdog import Heartbeat

if TYPE_CHECKING:
    import av

_MOST_THREADS = 4
_SMALL_PIXELS = 640 * 480
"""Of a picture below which a second thread costs more time than it saves: 1/7 ms a picture."""

_SKIPPED: dict[int, Literal["NONREF", "DEFAULT"]] = {
    DecodeEffort.REFERENCE: "NONREF",
    DecodeEffort.FULL: "DEFAULT",
}


def decode_jpegs(
    path: Path, times_ms: NDArray[np.int64], spec: FrameSpec, beat: Heartbeat = lambda: None
) -> Iterator[tuple[int, bytes]]:
    """Frames at the given true times, made as a spec says, as JPEG files.

    Args:
        path: the video.
        times_ms: presentation times of the wanted frames, ascending.
        spec: how pixels are made and how much is decoded.
        beat: called at every packet, to report that the work makes progress.

    Yields:
        Time in ms and the JPEG file of each frame, as from `decode_frames`.

    Raises:
        UserError: the file cannot be opened as a video.
    """
    encoder = JpegEncoder(path, spec, probe_video(path).pixel_aspect)
    for time_ms, frame in decode_frames(path, times_ms, spec.decoding, beat):
        yield time_ms, encoder.encode(frame, time_ms)


def decode_frames(
    path: Path,
    times_ms: NDArray[np.int64],
    decoding: Decoding = Decoding.EXACT,
    beat: Heartbeat = lambda: None,
) -> Iterator[tuple[int, "av.VideoFrame"]]:
    """The decoded frames at the given true times, each once, one held at a time.

    Only what they need is decoded (see `decode_efforts`). Frames that a file does not give in that
    way, such as one that calls pictures key frames which are not, are looked for in a full pass.
    What does not decode at all is omitted, so fewer frames than asked for may come.

    Args:
        path: the video.
        times_ms: presentation times of the wanted frames, ascending.
        decoding: whether deblocking is omitted.
        beat: called at every packet.

    Yields:
        Time in ms and the frame, in the order of presentation as far as one pass gives them.

    Raises:
        UserError: the file cannot be opened as a video.
    """
    packets = probe_video(path).packets
    missing = set(times_ms.tolist())
    with open_video(path) as container:
        codec = video_stream(container).codec_context.name
    needed = decode_efforts(packets, times_ms, codec)
    full = np.full(len(packets), DecodeEffort.FULL, dtype=np.int8)
    for efforts in (needed, full):
        for time_ms, frame in _pass(path, efforts, decoding, beat):
            if time_ms in missing:
                missing.discard(time_ms)
                yield time_ms, frame
            if not missing:
                return
        if bool((needed == full).all()):
            return


def _pass(
    path: Path, efforts: NDArray[np.int8], decoding: Decoding, beat: Heartbeat
) -> Iterator[tuple[int, "av.VideoFrame"]]:
    """Every frame that comes of the packets that are not dropped, with its time."""
    with open_video(path) as container:
        stream = video_stream(container)
        zero_us = container.start_time or 0
        _prepare(stream, decoding)
        for frame in _frames(container, stream, efforts, beat):
            if frame.pts is not None:
                yield frame_time_ms(frame.pts, stream, zero_us), frame


def _prepare(stream: "av.VideoStream", decoding: Decoding) -> None:
    context = stream.codec_context
    if context.width * context.height > _SMALL_PIXELS:
        stream.thread_type = "AUTO"
        context.thread_count = _MOST_THREADS
    else:
        context.thread_count = 1
    if decoding is Decoding.FAST:
        context.options = {"skip_loop_filter": "all"}


def _frames(
    container: "av.container.InputContainer",
    stream: "av.VideoStream",
    efforts: NDArray[np.int8],
    beat: Heartbeat,
) -> Iterator["av.VideoFrame"]:
    """Frames in the order of presentation; a broken packet costs its own and no others."""
    context = stream.codec_context
    of_packets = iter(efforts.tolist())
    now, gap = DecodeEffort.FULL, False
    for packet in whole_packets(container, stream):
        beat()
        effort = next(of_packets, DecodeEffort.FULL) if packet.size else now
        if effort == DecodeEffort.DROP:
            gap = True
            continue
        if gap and packet.size:
            # As after a seek: what is decoded next does not depend on what was before.
            yield from _drained(context)
            context.flush_buffers()
            gap = False
        if effort != now:
            context.skip_frame = _SKIPPED[effort]
            now = effort
        yield from frames_of(packet)


def _drained(context: "av.VideoCodecContext") -> list["av.VideoFrame"]:
    """What a decoder still holds."""
    import av

    try:
        return context.decode(None)
    except av.error.FFmpegError:
        return []
