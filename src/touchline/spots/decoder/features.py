"""Features of a decoder at each second: every signal, smoothed, at several time lags."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from touchline.spots.claims import Floats
from touchline.spots.decoder.event_signals import EventSignals

STEP_MS = 1000

BASIS: tuple[tuple[int, tuple[int, ...]], ...] = (
    (1_500, (-6_000, -4_000, -2_000, 0, 2_000, 4_000, 6_000)),
    (4_000, (-12_000, 12_000)),
    (8_000, (-24_000, 24_000)),
    (16_000, (-48_000, 48_000)),
    (60_000, (0,)),
)
"""Widths of the Gaussians and their lags before and after a moment, in milliseconds: fine nearby,
coarse far away; the widest shows bursts."""

WIDTH = sum(len(lags_ms) for _, lags_ms in BASIS)
"""Features of each signal."""

Features = NDArray[np.float32]


def features(signals: EventSignals, names: Sequence[str], every: int = 1) -> Features:
    """The features of the seconds of a half.

    Args:
        signals: of the half.
        names: which ones, in order; one that the half does not have is 0 everywhere.
        every: only of each so many seconds, from the first on.

    Returns:
        Shape (seconds, len(names) * WIDTH).
    """
    from scipy.ndimage import gaussian_filter1d

    grid = _grid(signals, names)
    columns: list[Features] = []
    # What a model never claims in a half stays 0, and smoothing takes most of the time.
    claimed = grid.any(axis=0)
    for sigma_ms, lags_ms in BASIS:
        smooth = np.zeros(grid.shape, np.float32)
        smooth[:, claimed] = gaussian_filter1d(
            grid[:, claimed], sigma_ms / STEP_MS, axis=0, mode="constant"
        )
        columns.extend(_shifted(smooth, lag_ms // STEP_MS)[::every] for lag_ms in lags_ms)
    return np.concatenate(columns, axis=1)


def _grid(signals: EventSignals, names: Sequence[str]) -> Floats:
    size = signals.length_ms // STEP_MS + 1
    grid = np.zeros((size, len(names)))
    for column, name in enumerate(names):
        if name in signals.signals:
            times, strength = signals.signals[name]
            cells = (times // STEP_MS).clip(0, size - 1)
            grid[:, column] = np.bincount(cells, weights=strength, minlength=size)
    return grid


def _shifted(values: Features, steps: int) -> Features:
    """Row i of the result is row i + steps, or zero where there is none."""
    moved = np.zeros_like(values)
    if steps >= 0:
        moved[: max(0, len(values) - steps)] = values[steps:]
    else:
        moved[-steps:] = values[:steps]
    return moved
