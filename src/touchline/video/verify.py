"""Verifying a video: every frame is decoded once, and every stretch that is missing is named."""

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from touchline.errors import UserError
from touchline.progress import Progress
from touchline.video.packets import decoded_frames
from touchline.video.probe import (
    frame_time_ms,
    open_video,
    picture_size,
    probe_video,
    video_stream,
)

_GAP_MS = 1000
"""Frames further apart than this leave a stretch of the match unseen at any usual rate."""
_FRAMES_A_TICK = 250

_MISSING_REFERENCE = re.compile(
    r"Frame num gap|Missing reference picture|Could not find ref with POC|"
    r"Requested reference \d+ not available|Not all references are available"
)
"""What FFmpeg's decoders of H.264, HEVC and VP9 say of a frame whose reference is missing."""

Stretch = tuple[int, int]
"""First millisecond and the one after the last."""


@dataclass(frozen=True, slots=True)
class VideoCheck:
    """What a full decode of a video found.

    Attributes:
        path: the file.
        size_bytes: of the file.
        claimed_ms: how long it says it is.
        fps: the usual frame rate: one over the median distance of its frames.
        steady: whether all distances are within 2 ms of that, gaps aside.
        width: of the picture as it is shown, in pixels.
        height: of the picture as it is shown.
        stored: width and height of what is stored, where pixels are not square or lie.
        codec: of the picture, such as "h264".
        sound: codec of the sound, or None.
        frames: how many decode.
        gaps: stretches in which the file has no frame.
        broken: stretches whose frames do not decode, and what is missing at the end.
        concealed: how many frames decode only because FFmpeg fills in what they are predicted
            from, as it is missing. What is predicted from those is not counted.
        problem: why it cannot be used at all, or None.
    """

    path: Path
    size_bytes: int
    claimed_ms: int = 0
    fps: float = 0.0
    steady: bool = True
    width: int = 0
    height: int = 0
    stored: tuple[int, int] | None = None
    codec: str = ""
    sound: str | None = None
    frames: int = 0
    gaps: tuple[Stretch, ...] = ()
    broken: tuple[Stretch, ...] = ()
    concealed: int = 0
    problem: str | None = None

    @property
    def covered_ms(self) -> int:
        """How much of what it claims to hold can be shown, as it was filmed."""
        lost_ms = sum(end - start for start, end in (*self.gaps, *self.broken))
        concealed_ms = round(self.concealed * 1000 / self.fps) if self.fps else 0
        return max(0, self.claimed_ms - lost_ms - concealed_ms)


def verify_video(path: Path, advance: Progress) -> VideoCheck:
    """Decodes a video to its end and reports what is in it; what is wrong is never raised.

    Args:
        path: the file.
        advance: called with the progress.
    """
    size_bytes = path.stat().st_size
    try:
        facts = probe_video(path)
        width, height = picture_size(path)
        with _concealments() as concealed:
            decoded, codec, sound = _decode_all(path, facts.claimed_ms, advance)
    except UserError as error:
        return VideoCheck(path, size_bytes, problem=str(error))
    announced = facts.frame_times_ms
    steps = np.diff(announced)
    step_ms = float(np.median(steps)) if len(steps) else 40.0
    usual = steps[steps <= _GAP_MS]
    stored = (facts.width, facts.height)
    return VideoCheck(
        path=path,
        size_bytes=size_bytes,
        claimed_ms=facts.claimed_ms,
        fps=1000 / step_ms,
        steady=bool(np.all(np.abs(usual - step_ms) <= 2)),
        width=width,
        height=height,
        stored=None if stored == (width, height) else stored,
        codec=codec,
        sound=sound,
        frames=len(decoded),
        gaps=_gaps(announced, step_ms),
        broken=_broken(announced, decoded, facts.duration_ms, facts.claimed_ms),
        concealed=min(concealed(), len(decoded)),
    )


def covered_share(videos: Sequence[VideoCheck]) -> float:
    """How much of what some videos claim to hold can be shown, from 0 to 1.

    A file that cannot be opened claims as much as the others do on average.
    """
    opened = [video for video in videos if video.problem is None]
    claimed_ms = sum(video.claimed_ms for video in opened)
    if not claimed_ms:
        return 0.0
    covered = sum(video.covered_ms for video in opened) / claimed_ms
    return covered * len(opened) / len(videos)


def _decode_all(
    path: Path, total_ms: int, advance: Progress
) -> tuple[NDArray[np.int64], str, str | None]:
    """Times of all frames that decode, and the codecs of picture and sound."""
    times: list[int] = []
    with open_video(path) as container:
        stream = video_stream(container)
        stream.thread_type = "NONE"  # messages of other threads could wait for this one
        zero_us = container.start_time or 0
        for frame in decoded_frames(container, stream):
            if frame.pts is None or frame.is_corrupt:
                continue
            times.append(frame_time_ms(frame.pts, stream, zero_us))
            if len(times) % _FRAMES_A_TICK == 0:
                advance(min(times[-1], total_ms), total_ms)
        audio = container.streams.audio
        sound = audio[0].codec_context.name if audio else None
        codec = stream.codec_context.name
    advance(total_ms, total_ms)
    return np.unique(np.asarray(times, dtype=np.int64)), codec, sound


@contextmanager
def _concealments() -> Iterator[Callable[[], int]]:
    """Counts what decoders say of missing references; only their messages tell."""
    import av

    before = av.logging.get_level(), av.logging.get_skip_repeated()
    with av.logging.Capture() as messages:
        av.logging.set_level(av.logging.DEBUG)
        av.logging.set_skip_repeated(False)
        try:
            yield lambda: sum(bool(_MISSING_REFERENCE.search(text)) for _, _, text in messages)
        finally:
            av.logging.set_level(before[0])
            av.logging.set_skip_repeated(before[1])


def _gaps(announced: NDArray[np.int64], step_ms: float) -> tuple[Stretch, ...]:
    ends = np.flatnonzero(np.diff(announced) > _GAP_MS) + 1
    return tuple((int(announced[end - 1] + step_ms), int(announced[end])) for end in ends)


def _broken(
    announced: NDArray[np.int64], decoded: NDArray[np.int64], duration_ms: int, claimed_ms: int
) -> tuple[Stretch, ...]:
    """Runs of announced frames that did not come out of the decoder, and a missing end.

    >>> _broken(np.array([0, 40, 80, 120]), np.array([0, 120]), 160, 160)
    ((40, 120),)
    """
    lost = ~np.isin(announced, decoded)
    edges = np.flatnonzero(np.diff(np.concatenate([[False], lost, [False]]).astype(np.int8)))
    following = np.append(announced, duration_ms)
    found = [
        (int(following[first]), int(following[last]))
        for first, last in zip(edges[::2], edges[1::2], strict=True)
    ]
    if claimed_ms > duration_ms:
        found.append((duration_ms, claimed_ms))
    return tuple(found)
