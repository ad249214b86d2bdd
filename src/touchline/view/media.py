"""A half as a file that a browser plays: as it is, or a copy that is made once and kept.

Pictures that browsers play are copied into MP4 packet by packet, so a half takes seconds; others,
such as HEVC, are encoded again as H.264, which takes minutes. The copy is a plain MP4 with an
index, in which a browser finds any moment by range requests.
"""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from touchline.disk import cache_folder
from touchline.errors import ComeBackLater, UserError
from touchline.files import whole_file
from touchline.video import open_video, probe_video, video_stream
from touchline.view.video_copies import COPIED_SOUND, copy_packets, encode_again

_PICTURE = frozenset({"h264", "av1", "vp9"})
_AS_IT_IS = frozenset({".mp4", ".m4v", ".webm"})
_VP8_IN_WEBM = "vp8"
_PLAIN = frozenset({"yuv420p", "yuvj420p"})
"""The forms of H.264 pictures that every browser plays; 10 bits or 4:2:2 are not among them."""


def playable(video: Path) -> Path:
    """A file with the same pictures at the same times that a browser plays.

    Args:
        video: of a half.

    Returns:
        The video itself, or an MP4 file in the cache, made where it is missing.

    Raises:
        UserError: no such video, or it cannot be decoded.
    """
    wanted = _wanted(video)
    if wanted.copy is None:
        return video
    copy = _COPIES.start(video, wanted)
    copy.finished.wait()
    _raise_once(wanted.copy, copy)
    return wanted.copy


def copied_share(video: Path) -> float:
    """How much of the copy that a browser plays is made, from 0 to 1; its making is begun.

    Raises:
        UserError: no such video, or it cannot be decoded.
    """
    wanted = _wanted(video)
    if wanted.copy is None:
        return 1.0
    copy = _COPIES.start(video, wanted)
    _raise_once(wanted.copy, copy)
    return 1.0 if copy.finished.is_set() else min(copy.share, 0.99)


def lost_sound(video: Path) -> str:
    """A sentence where the copy that a browser plays has no sound, though the video has; else "".

    Raises:
        UserError: no such video, or it cannot be decoded.
    """
    if _wanted(video).copy is None:
        return ""
    with open_video(video) as container:
        names = [one.codec_context.name for one in container.streams.audio]
    if not names or not COPIED_SOUND.isdisjoint(names):
        return ""
    return (
        f"The video is shown without its sound: it is {names[0]}, which the MP4 copy for browsers "
        "cannot hold. The file itself is unchanged."
    )


def _raise_once(path: Path, copy: "_Copy") -> None:
    if copy.error is not None:
        _COPIES.forget(path)
        raise copy.error


@dataclass(frozen=True, slots=True)
class _Wanted:
    """What a browser needs of a video.

    Attributes:
        copy: the file to be made, or None where the video is played as it is.
        encode: whether the pictures have to be encoded again.
        length_ms: of the video.
    """

    copy: Path | None
    encode: bool
    length_ms: int


def _wanted(video: Path) -> _Wanted:
    facts = probe_video(video)
    with open_video(video) as container:
        context = video_stream(container).codec_context
        codec, pixels = context.name, context.pix_fmt
        zero_us = container.start_time or 0
    known = codec in _PICTURE or (codec == _VP8_IN_WEBM and video.suffix == ".webm")
    encode = not known or (codec == "h264" and pixels not in _PLAIN)
    as_it_is = not encode and video.suffix.casefold() in _AS_IT_IS and zero_us == 0
    name = f"{facts.fingerprint}{'-h264' if encode else ''}.mp4"
    copy = None if as_it_is else cache_folder("playable") / name
    return _Wanted(copy, encode, facts.duration_ms)


class _Copy:
    """A copy that is being made, or was."""

    def __init__(self) -> None:
        self.share = 0.0
        self.finished = threading.Event()
        self.error: UserError | None = None


class _Copies:
    """The copies of this process, made one after the other."""

    def __init__(self) -> None:
        self._made: dict[Path, _Copy] = {}
        self._lock, self._one_at_a_time = threading.Lock(), threading.Lock()

    def start(self, video: Path, wanted: _Wanted) -> _Copy:
        """The copy of a video; its making is begun where nobody did."""
        path = wanted.copy
        assert path is not None  # who needs no copy does not ask for one
        with self._lock:
            copy = self._made.get(path)
            if copy is None or (copy.finished.is_set() and not copy.error and not path.is_file()):
                copy = self._made[path] = _Copy()
                if path.is_file():
                    copy.finished.set()
                else:
                    args = (video, wanted, copy)
                    threading.Thread(target=self._make, args=args, daemon=True).start()
            return copy

    def forget(self, path: Path) -> None:
        """Lets whoever asks next for a copy that failed try again."""
        with self._lock:
            self._made.pop(path, None)

    def _make(self, video: Path, wanted: _Wanted, copy: _Copy) -> None:
        from av.error import FFmpegError

        def tell(done_ms: int) -> None:
            copy.share = done_ms / max(1, wanted.length_ms)

        try:
            with self._one_at_a_time:
                _write(video, wanted, tell)
        except (UserError, ComeBackLater) as error:
            copy.error = UserError(str(error))
        except (FFmpegError, OSError, ValueError) as error:
            copy.error = UserError(f"no copy of {video.name} that browsers play: {error}.")
        finally:
            copy.finished.set()


def _write(video: Path, wanted: _Wanted, tell: Callable[[int], None]) -> None:
    assert wanted.copy is not None  # checked by who began this
    make = encode_again if wanted.encode else copy_packets
    with whole_file(wanted.copy) as file:
        make(video, file, tell)


_COPIES = _Copies()
