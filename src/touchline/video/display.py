"""The shape in which the pictures of a video are to be shown.

Pixels need not be square: a PAL broadcast in 16:9 is stored as 720 x 576 pixels that are 64/45
times as wide as high, and is to be shown as 1024 x 576. And pictures may be stored on their side.
The height of what is stored is kept and the width follows from it, as players do it.
"""

import struct
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

from touchline.errors import UserError
from touchline.video.packets import frames_of, whole_packets

if TYPE_CHECKING:
    import av

SQUARE = Fraction(1)
"""The pixel aspect of most videos."""

_WIDEST = 10
"""The most by which pixels are wider than high, or higher than wide; real formats stay below 3."""

_MATRIX = "DISPLAYMATRIX"
"""Name of the side data of a frame that say how it lies: nine 32-bit integers."""

_HEAD_PACKETS = 250
"""How many packets are tried until a picture decodes that says how it lies."""


def pixel_aspect(path: Path, stream: "av.VideoStream") -> Fraction:
    """The width of a stream's pixels over their height, 1 where the file does not say.

    Where the container and the codec disagree, the container is right, as in FFmpeg's
    `av_guess_sample_aspect_ratio`, from which ffprobe's `display_aspect_ratio` follows.

    Args:
        path: of the video, for the error message.
        stream: of an open container.

    Raises:
        UserError: it is a shape that no video has.
    """
    aspect = Fraction(stream.sample_aspect_ratio or SQUARE)
    if not Fraction(1, _WIDEST) <= aspect <= _WIDEST:
        raise UserError(
            f"{path} says that its pixels are {aspect.numerator}:{aspect.denominator}, which no "
            "video is: copy it with the right shape, for example with "
            "ffmpeg -i IN -c copy -aspect 16:9 OUT."
        )
    return aspect


def written_aspect(aspect: Fraction) -> str | None:
    """A pixel aspect as it is written into facts and metadata; None for square pixels.

    >>> written_aspect(Fraction(64, 45)), written_aspect(SQUARE)
    ('64:45', None)
    """
    return None if aspect == SQUARE else f"{aspect.numerator}:{aspect.denominator}"


def quarter_turns(video: Path, frame: "av.VideoFrame") -> int:
    """How often a picture has to be turned by 90 degrees against the clock, 0 to 3.

    One display matrix holds for a whole stream.

    Args:
        video: for the error message.
        frame: as it was decoded.

    Raises:
        UserError: the matrix mirrors the picture, which no turn does.
    """
    matrix: Any = frame.side_data.get(_MATRIX)
    if matrix is not None:
        a, b, _, c, d, *_ = struct.unpack("=9i", bytes(matrix))
        if a * d < b * c:
            raise UserError(
                f"{video} says that its pictures are to be mirrored, which touchline does not do: "
                "copy it with ffmpeg -i IN OUT, which mirrors them."
            )
    return round(frame.rotation / 90) % 4


def upright_size(width: int, height: int, aspect: Fraction, turns: int = 0) -> tuple[int, int]:
    """Width and height in square pixels of a picture that is shown as it should be.

    Args:
        width: of what is stored, in its own pixels.
        height: of what is stored.
        aspect: see `pixel_aspect`.
        turns: see `quarter_turns`.

    >>> upright_size(720, 576, Fraction(64, 45)), upright_size(720, 480, Fraction(8, 9))
    ((1024, 576), (640, 480))
    >>> upright_size(1280, 720, SQUARE, turns=1)
    (720, 1280)
    """
    shown = max(1, round(width * aspect)), height
    return shown[::-1] if turns % 2 else shown


def lying(video: Path, container: "av.container.InputContainer", stream: "av.VideoStream") -> int:
    """The quarter turns of the pictures of an open file; 0 where none at its head decodes.

    Raises:
        UserError: see `quarter_turns`.
    """
    for _, packet in zip(range(_HEAD_PACKETS), whole_packets(container, stream), strict=False):
        for frame in frames_of(packet):
            return quarter_turns(video, frame)
    return 0
