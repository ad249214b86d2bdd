"""The half that benchmarks decode: clips joined packet by packet, nothing encoded anew."""

import os
from collections.abc import Sequence
from fractions import Fraction
from itertools import cycle
from pathlib import Path

import av

ROOT = Path(__file__).parents[2]
SHARED = Path(os.environ.get("TOUCHLINE_SHARED") or ROOT.parent / "shared")
DEMO = ROOT / "src/touchline/assets/matches/demo"
FPS = 25
IN_A_GAME = "league/2025-2026/a - b/1_224p.mkv"
"""Where SoccerNet keeps the first half of a game, under the folder of all games."""


def join_clips(path: Path, seconds: float) -> int:
    """Copies packets of all clips one behind the other until so many seconds are there.

    The clips are the rendered matches beside the repository (or $TOUCHLINE_SHARED), else the
    built-in match again and again. Picture n is shown at n times 40 ms, and none is missing.

    Returns:
        How many different clips there are.
    """
    found = sorted((SHARED / "matches").rglob("*_224p.mkv")) or sorted(DEMO.rglob("*_224p.mkv"))
    wanted, number = round(seconds * FPS), 0
    path.parent.mkdir(parents=True, exist_ok=True)
    with av.open(str(path), "w") as target:
        stream = None
        for clip in cycle(found):
            with av.open(str(clip)) as source:
                video = source.streams.video[0]
                stream = stream or target.add_stream_from_template(video)
                frame = round(Fraction(1, FPS) / video.time_base)
                packets = [packet for packet in source.demux(video) if packet.size]
                first = min(packet.pts for packet in packets)
                places = [round((packet.pts - first) / frame) for packet in packets]
                count = whole(places, wanted - number)
                for order, (place, packet) in enumerate(zip(places, packets, strict=True)):
                    if order < count:
                        # Matroska tells no times of decoding: in the file's order, two early.
                        packet.pts = (number + place) * frame
                        packet.dts = (number + order - 2) * frame
                        packet.stream = stream
                        target.mux(packet)
                number += count
            if number >= wanted:
                return len(found)
    return len(found)


def whole(places: Sequence[int], room: int) -> int:
    """How many of the first packets show all pictures up to some place, at most so many.

    >>> whole([0, 3, 1, 2, 6, 4, 5], 6)
    4
    """
    most, best = -1, 0
    for count, place in enumerate(places[:room], start=1):
        most = max(most, place)
        best = count if most == count - 1 else best
    return best
