"""Damping of bursts: one class claimed window after window, of which few claims can be true."""

import numpy as np

from touchline.spots.claims import Claims, Floats, Ints
from touchline.spots.merge_settings import MergeSettings
from touchline.spots.vote_curve import vote_curve

BACKGROUND_MS = 60_000
"""Width of the Gaussian that measures how often a class is claimed around a moment."""


def expected_votes(
    claims: Claims, weight: Floats, time_ms: Ints, settings: MergeSettings
) -> Floats:
    """The votes that a moment would have if the claims around it were spread evenly.

    Inside a burst this is nearly all of its votes; for an isolated claim it is nearly nothing.
    Subtracting it damps bursts by class, half and stretch of time.

    Args:
        claims: of one class in one half.
        weight: of each claim.
        time_ms: the moments; shape (p,).
        settings: widths of the votes.
    """
    width = np.where(claims.named, settings.named_sigma_ms, settings.sigma_ms) / BACKGROUND_MS
    return vote_curve(claims, weight * width, BACKGROUND_MS, BACKGROUND_MS).at(time_ms)
