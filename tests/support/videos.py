"""Small real videos, and folders in SoccerNet's layout made of them."""

import json
from fractions import Fraction
from pathlib import Path

import av
import numpy as np

from touchline.models.card_types.base import ASSETS

DEMO_MATCH = Path(str(ASSETS / "matches" / "demo"))


def write_video(path, times_ms, size=(64, 48), codec="libx264", options=None, b_frames=0):
    """A real video whose frame n shows brightness 10 + n at the n-th of the given times."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with av.open(str(path), "w") as container:
        stream = container.add_stream(codec, rate=25, options=options or {})
        stream.width, stream.height = size
        stream.pix_fmt = "yuv420p"
        stream.time_base = Fraction(1, 1000)
        stream.codec_context.time_base = Fraction(1, 1000)
        stream.codec_context.max_b_frames = b_frames
        stream.codec_context.gop_size = 12
        for number, time_ms in enumerate(times_ms):
            pixels = np.full((size[1], size[0], 3), (10 + number) % 246, dtype=np.uint8)
            frame = av.VideoFrame.from_ndarray(pixels, format="rgb24")
            frame.pts, frame.time_base = time_ms, Fraction(1, 1000)
            for packet in stream.encode(frame):
                container.mux(packet)
        for packet in stream.encode(None):
            container.mux(packet)
    return path


def soccernet_folder(root: Path, game="league/2025-2026/a - b", labels=(), halves=(1, 2)) -> Path:
    """A folder in SoccerNet's layout with one game of four-second halves."""
    folder = root / game
    for half in halves:
        write_video(folder / f"{half}_224p.mkv", list(range(0, 4000, 40)))
    annotations = [
        {
            "gameTime": f"{half} - 00:{position // 1000:02d}",
            "label": label,
            "position": str(position),
            "team": "home",
            "visibility": "visible",
        }
        for half, position, label in labels
    ]
    (folder / "Labels-v2.json").write_text(json.dumps({"annotations": annotations}))
    return root
