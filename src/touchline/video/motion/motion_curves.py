"""How much the picture of a half changes and moves, and where it is cut.

One decoding pass for all of it, once for each video; the result is kept in the user's cache.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from touchline.video.curves.curve import Curve, Floats
from touchline.video.curves.curve_cache import measured_once
from touchline.video.motion.flow import Flow, dense_flow, grey_of
from touchline.video.motion.shots import ShotDetector
from touchline.video.motion.small_frames import Picture, small_frames

_FPS = 5.0
_SMOOTH_FRAMES = 5
_CURVES = ("difference", "camera", "play")
_VERSION = "motion-1"
"""Of the curves: change it when they are computed another way."""


@dataclass(frozen=True, slots=True, eq=False)
class MotionCurves:
    """How the picture of a half changes.

    Attributes:
        difference: mean change of brightness since the frame before, from 0 to 255.
        camera: speed of the picture as a whole, in picture widths a second.
        play: mean speed relative to the picture as a whole, in the same unit.
        cuts_ms: the first frames of new shots.
    """

    difference: Curve
    camera: Curve
    play: Curve
    cuts_ms: tuple[int, ...]

    def activity(self) -> Curve:
        """How much happens: change of brightness and speed of the picture, averaged over a second.

        Each counts as a multiple of its own median, so that neither dominates. The curves were
        chosen on rendered matches (`docs/studies/sampling.md`).
        """
        from scipy.ndimage import uniform_filter1d

        total = np.zeros(len(self.difference.values))
        for curve in (self.difference, self.camera):
            smooth = uniform_filter1d(curve.values, _SMOOTH_FRAMES, mode="nearest")
            total += smooth / max(float(np.median(smooth)), 1e-6)
        return Curve(self.difference.times_ms, total)


def measure_motion(video: Path) -> MotionCurves:
    """The curves and cuts of a half.

    Raises:
        UserError: the video cannot be read, or the extra "motion" is not installed.
    """
    arrays = measured_once(video, _VERSION, lambda: _measure(video))
    times = arrays["times_ms"].astype(np.int64)
    difference, camera, play = (Curve(times, arrays[name].astype(np.float64)) for name in _CURVES)
    return MotionCurves(
        difference, camera, play, tuple(arrays["cuts_ms"].astype(np.int64).tolist())
    )


def frame_difference(before: Picture, after: Picture) -> float:
    """Mean change of brightness between two grey pictures, from 0 to 255."""
    return float(np.abs(after.astype(np.int16) - before).mean())


def speeds(flow: Flow, seconds: float) -> tuple[float, float]:
    """Speed of the picture as a whole, and the mean speed of what moves against it.

    Args:
        flow: between two frames.
        seconds: between them.

    Returns:
        Both in picture widths a second. The whole moves as the median of its pixels does.
    """
    whole = np.median(flow.reshape(-1, 2), axis=0)
    own = np.hypot(*(flow - whole).reshape(-1, 2).T)
    scale = flow.shape[1] * max(seconds, 1e-3)
    return float(np.hypot(*whole)) / scale, float(own.mean()) / scale


def _measure(video: Path) -> dict[str, Floats]:
    detector = ShotDetector(_FPS)
    rows: list[tuple[int, float, float, float]] = []
    last: tuple[int, Picture] | None = None
    for time_ms, picture in small_frames(video, _FPS):
        detector.add(time_ms, picture)
        grey = grey_of(picture[..., ::-1])
        if last is None:
            rows.append((time_ms, 0.0, 0.0, 0.0))
        else:
            moved = speeds(dense_flow(last[1], grey), (time_ms - last[0]) / 1000)
            rows.append((time_ms, frame_difference(last[1], grey), *moved))
        last = time_ms, grey
    table = np.array(rows, dtype=np.float64).reshape(-1, 4)
    names = ("times_ms", *_CURVES)
    columns = {name: table[:, place] for place, name in enumerate(names)}
    return columns | {"cuts_ms": np.array(detector.cuts_ms(), dtype=np.float64)}
