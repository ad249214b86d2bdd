"""Hard non-maximum suppression: the best claim stands, its neighbours fall."""

from touchline.spots.claim_columns import Claims, Floats
from touchline.spots.merge_settings import MergeSettings
from touchline.spots.methods.peaks import Peaks, apart, reach_ms
from touchline.spots.vote_curves import vote_curve


def hard_nms(claims: Claims, weight: Floats, settings: MergeSettings) -> Peaks:
    """Claims in the order of the votes around them, each unless a better one lies within reach.

    Args:
        claims: of one class in one half.
        weight: of each claim.
        settings: widths and distances.
    """
    curve = vote_curve(claims, weight, settings.sigma_ms, settings.named_sigma_ms)
    height = curve.at(claims.time_ms)
    kept = apart(claims.time_ms, height, reach_ms(claims.named, settings))
    return Peaks(claims.time_ms[kept], height[kept])
