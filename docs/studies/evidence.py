"""What speaks for a spot, each kind by itself: for ranking spots by one kind or by several."""

import numpy as np

from touchline.spots.burst_damping import expected_votes
from touchline.spots.claims import Claims, Floats, HalfClaims, Ints
from touchline.spots.merge_settings import MergeSettings
from touchline.spots.vote_curve import vote_curve

EVIDENCE = ("self-report", "agreement", "stands out", "other classes", "label's probability")
"""Mean confidence of the claims there; how many windows claim the class there; how much of that
stands out from the class's claims all around; how many windows claim something else there; mean
probability of the label's tokens, 0 where no engine gave one."""


def evidence(half: HalfClaims, claims: Claims, time_ms: Ints, settings: MergeSettings) -> Floats:
    """Each kind of evidence for a class at some moments.

    Args:
        half: all claims of the half.
        claims: those of the class.
        time_ms: the moments; shape (p,).
        settings: widths of the votes.

    Returns:
        Shape (p, 5), in the order of `EVIDENCE`; the votes are counted, not shares.
    """
    here = _votes(claims, claims.share, time_ms, settings)
    expected = expected_votes(claims, claims.share, time_ms, settings)
    others = np.zeros(len(time_ms))
    for other in half.classes.values():
        if other.label != claims.label:
            others += _votes(other, other.share, time_ms, settings)
    return np.column_stack(
        [
            _mean(claims, claims.confidence, time_ms, settings),
            here,
            1 - expected / np.maximum(here, 1e-9),
            others,
            _mean(claims, claims.probability, time_ms, settings),
        ]
    )


def _mean(claims: Claims, value: Floats, time_ms: Ints, settings: MergeSettings) -> Floats:
    """Mean of what is known of the claims around each moment; 0 where nothing is."""
    known = ~np.isnan(value)
    total = _votes(claims, np.where(known, value, 0.0), time_ms, settings)
    counted = _votes(claims, known.astype(np.float64), time_ms, settings)
    return np.asarray(total / np.maximum(counted, 1e-9))


def _votes(claims: Claims, weight: Floats, time_ms: Ints, settings: MergeSettings) -> Floats:
    return vote_curve(claims, weight, settings.sigma_ms, settings.named_sigma_ms).at(time_ms)
