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


def write_flashes(path, flashes_ms, length_ms, size=(64, 48), flash_ms=400):
    """A video at 10 frames a second, grey but for white flashes that begin at some times."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=10)
        stream.width, stream.height, stream.pix_fmt = *size, "yuv420p"
        for number, time_ms in enumerate(range(0, length_ms, 100)):
            is_flash = any(at <= time_ms < at + flash_ms for at in flashes_ms)
            pixels = np.full((size[1], size[0], 3), 240 if is_flash else 60, dtype=np.uint8)
            frame = av.VideoFrame.from_ndarray(pixels, format="rgb24")
            frame.pts = number
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path


def write_disc(path, aspect, size=(180, 144), rotation=0, codec="libx264", frames=25, matrix=None):
    """A video of a white disc on black that is round when it is shown with this pixel aspect.

    Args:
        path: of the file; its suffix says the container.
        aspect: width over height of one pixel, written into the stream.
        size: width and height of what is stored.
        rotation: of the display matrix, in degrees.
        codec: of the picture.
        frames: how many, 25 a second.
        matrix: a display matrix in place of a rotation, in FFmpeg's nine integers.
    """
    width, height = size
    rows, columns = np.mgrid[:height, :width]
    across = (columns - width / 2 + 0.5) * float(aspect)
    inside = across**2 + (rows - height / 2 + 0.5) ** 2 < (0.3 * height) ** 2
    picture = np.repeat((235 * inside).astype(np.uint8)[..., None], 3, axis=2)
    with av.open(str(path), "w") as container:
        stream = container.add_stream(codec, rate=25)
        stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
        stream.codec_context.sample_aspect_ratio = Fraction(aspect)
        if rotation:
            stream.set_display_rotation(rotation)
        if matrix:
            stream.set_display_matrix(matrix)
        for number in range(frames):
            frame = av.VideoFrame.from_ndarray(picture, format="rgb24")
            frame.pts, frame.time_base = number, Fraction(1, 25)
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path


def disc_shape(picture):
    """Width over height of the white disc in a picture, shape (height, width, 3)."""
    white = picture[..., 1] > 120
    rows, columns = np.nonzero(white.any(axis=1))[0], np.nonzero(white.any(axis=0))[0]
    return (columns[-1] - columns[0] + 1) / (rows[-1] - rows[0] + 1)


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
