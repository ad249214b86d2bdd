"""Vote curve and peaks: every claim votes with a Gaussian around its time."""

from touchline.spots.claim_columns import Claims, Floats
from touchline.spots.merge_settings import MergeSettings
from touchline.spots.methods.peaks import Peaks, apart, reach_ms
from touchline.spots.vote_curves import vote_curve


def votes(claims: Claims, weight: Floats, settings: MergeSettings) -> Peaks:
    """Peaks of the summed Gaussians: as high as the claims that stand together there.

    Claims of one event pull its time towards each other, weighted.

    Args:
        claims: of one class in one half.
        weight: of each claim.
        settings: widths and distances.
    """
    curve = vote_curve(claims, weight, settings.sigma_ms, settings.named_sigma_ms)
    time_ms, height = curve.tops()
    distance = reach_ms(claims.named[claims.nearest(time_ms)], settings)
    kept = apart(time_ms, height, distance)
    return Peaks(time_ms[kept], height[kept])
