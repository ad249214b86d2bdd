"""The vote curve: how much evidence for a class there is at each moment of a half."""

from dataclasses import dataclass

import numpy as np

from touchline.spots.claims import Claims, Floats, Ints

_REACH = 4.0
_STEPS_PER_SIGMA = 5
_FINEST_MS = 50

DECIMALS = 9
"""Of votes. The last bits of a sum of Gaussians are the processor's and the library's to choose, so
they are rounded away before two heights are compared: a tie is a tie on every machine."""


@dataclass(frozen=True, slots=True)
class VoteCurve:
    """A sampled sum of Gaussians, each one vote high.

    Attributes:
        origin_ms: time of the first sample.
        step_ms: distance of the samples.
        height: votes at each sample.
    """

    origin_ms: int
    step_ms: int
    height: Floats

    def at(self, time_ms: Ints) -> Floats:
        """Votes at any moments, by linear interpolation; none outside."""
        place = (time_ms - self.origin_ms) / self.step_ms
        return np.interp(place, np.arange(len(self.height)), self.height, left=0.0, right=0.0)

    def peaks(self) -> tuple[Ints, Floats]:
        """Time and height of every local maximum, between samples by a parabola through three."""
        height = self.height
        top = np.flatnonzero((height[1:-1] > height[:-2]) & (height[1:-1] >= height[2:])) + 1
        before, here, after = height[top - 1], height[top], height[top + 1]
        shift = (before - after) / np.minimum(2 * (before - 2 * here + after), -1e-12)
        time = self.origin_ms + np.rint((top + shift.clip(-0.5, 0.5)) * self.step_ms)
        return time.astype(np.int64), here


def vote_curve(claims: Claims, weight: Floats, sigma_ms: int, named_sigma_ms: int) -> VoteCurve:
    """Adds up one Gaussian for each claim: `weight` high, wide where its time is only a centre.

    Args:
        claims: of one class in one half, at least one.
        weight: of each claim; shape (n,).
        sigma_ms: width for claims at a window's centre.
        named_sigma_ms: width for claims whose reply named the time.
    """
    from scipy.ndimage import gaussian_filter1d

    step = max(_FINEST_MS, min(sigma_ms, named_sigma_ms) // _STEPS_PER_SIGMA)
    margin = round(_REACH * max(sigma_ms, named_sigma_ms)) + step
    origin = int(claims.time_ms[0]) - margin
    size = (int(claims.time_ms[-1]) + margin - origin) // step + 2
    height = np.zeros(size)
    for named, sigma in ((False, sigma_ms / step), (True, named_sigma_ms / step)):
        mine = claims.named == named
        if mine.any():
            votes = _impulses((claims.time_ms[mine] - origin) / step, weight[mine], size)
            smooth = gaussian_filter1d(votes, sigma, mode="constant", truncate=_REACH)
            height += smooth * sigma * np.sqrt(2 * np.pi)
    return VoteCurve(origin, step, np.round(height, DECIMALS))


def _impulses(place: Floats, weight: Floats, size: int) -> Floats:
    """Each weight shared between the two samples beside its place, so that no time is rounded."""
    left = np.floor(place).astype(np.int64)
    part = place - left
    shared: Floats = np.zeros(size)
    shared += np.bincount(left, weights=weight * (1 - part), minlength=size)
    shared += np.bincount(left + 1, weights=weight * part, minlength=size)
    return shared
