"""Storms: one class claimed window after window, of which hardly any claim can be true."""

import numpy as np

from touchline.spots.claim_columns import Claims, Floats, Ints
from touchline.spots.merge_settings import MergeSettings
from touchline.spots.vote_curves import vote_curve

BACKGROUND_MS = 60_000
"""Width of the Gaussian that tells how often a class is claimed all around a moment."""


def expected_votes(
    claims: Claims, weight: Floats, time_ms: Ints, settings: MergeSettings
) -> Floats:
    """The votes that a moment would have anyway, were the claims around it spread evenly.

    In the middle of a storm that is all there is; for a claim that stands alone it is next to
    nothing. Subtracting it damps a storm by class, half and stretch of time.

    Args:
        claims: of one class in one half.
        weight: of each claim.
        time_ms: the moments; shape (p,).
        settings: widths of the votes.
    """
    width = np.where(claims.named, settings.named_sigma_ms, settings.sigma_ms) / BACKGROUND_MS
    return vote_curve(claims, weight * width, BACKGROUND_MS, BACKGROUND_MS).at(time_ms)
