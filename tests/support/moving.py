"""Small real videos in which every picture differs from the one before in most of its pixels."""

from fractions import Fraction

import av
import numpy as np


def write_moving(path, frames=150, codec="libx264", options=None, size=(96, 64), b_frames=0):
    """A video at 25 fps of a pattern that moves and changes, so that a wrong picture shows."""
    noise = np.random.default_rng(1).integers(0, 255, (size[1], size[0] + frames, 3), np.uint8)
    pattern = noise // 4 + np.linspace(0, 190, size[0] + frames, dtype=np.uint8)[None, :, None]
    with av.open(str(path), "w") as container:
        stream = container.add_stream(codec, rate=25, options=options or {})
        stream.width, stream.height = size
        stream.pix_fmt = "yuv420p"
        stream.codec_context.time_base = Fraction(1, 25)
        stream.codec_context.max_b_frames = b_frames
        stream.codec_context.gop_size = 24
        for number in range(frames):
            shown = np.ascontiguousarray(pattern[:, number : number + size[0]])
            shown = np.clip(shown.astype(int) + number % 7 * 5, 0, 255).astype(np.uint8)
            frame = av.VideoFrame.from_ndarray(shown, format="rgb24")
            frame.pts, frame.time_base = number, Fraction(1, 25)
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path
