"""Which packets of a video have to be decoded so that the frames asked for come out unchanged.

A picture is predicted from others of its group, which begins with a key frame. So behind the last
frame asked for in a group nothing has to be decoded, and before it nothing that no other picture
is predicted from. What is decoded comes out exactly as from a full pass.
"""

from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from touchline.video.probe import Packets

_GROUPS = frozenset({"h264", "hevc", "vp8", "vp9", "av1", "mpeg2video"})
"""Codecs that start afresh at a key frame, which the tests show for each of them."""

_REFERENCES = frozenset({"h264"})
"""Codecs whose decoder knows from a packet alone that no picture is predicted from it. HEVC's
marks hold within a temporal layer only."""


class DecodeEffort(IntEnum):
    """How much of a packet is decoded."""

    DROP = 0
    REFERENCE = 1
    FULL = 2


def decode_efforts(packets: Packets, wanted_ms: NDArray[np.int64], codec: str) -> NDArray[np.int8]:
    """How much of each packet has to be decoded.

    Args:
        packets: of the stream, in the order of decoding.
        wanted_ms: times of the frames asked for.
        codec: name of the codec as FFmpeg gives it.

    Returns:
        A `DecodeEffort` for each packet.
    """
    full = np.full(len(packets), DecodeEffort.FULL, dtype=np.int8)
    if codec not in _GROUPS or not packets.all_timed or not packets.intra:
        return full
    wanted = np.isin(packets.times_ms, wanted_ms)
    made = np.full(len(packets), DecodeEffort.DROP, dtype=np.int8)
    before = DecodeEffort.REFERENCE if codec in _REFERENCES else DecodeEffort.FULL
    for first, last in _needed(packets, wanted):
        made[first:last] = before
    made[wanted] = DecodeEffort.FULL
    return made


def _needed(packets: Packets, wanted: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """The stretch of each group that is decoded: from its key frame to the last frame asked for.

    A frame that is stored behind a key frame and shown before it is predicted from the group
    before, all of which is then needed.
    """
    starts = np.flatnonzero(packets.keys).tolist()
    starts = starts if starts[:1] == [0] else [0, *starts]
    stretches = []
    whole = False
    for first, end in reversed(list(zip(starts, [*starts[1:], len(packets)], strict=True))):
        places = np.flatnonzero(wanted[first:end])
        last = end if whole else first + int(places[-1]) + 1 if len(places) else first
        stretches.append((first, last))
        earlier = packets.times_ms[first:end] < packets.times_ms[first]
        whole = bool((wanted[first:end] & earlier).any())
    return stretches
