"""Hard non-maximum suppression: the best claim is kept, its neighbours are dropped."""

from touchline.spots.claims import Claims, Floats
from touchline.spots.merge_settings import MergeSettings
from touchline.spots.methods.method import MergeMethod
from touchline.spots.methods.peaks import Peaks, keep_apart, reach_ms
from touchline.spots.vote_curve import vote_curve


def hard_nms(claims: Claims, weight: Floats, settings: MergeSettings) -> Peaks:
    """Keeps each claim, most votes first, unless a better one lies within its reach.

    Args:
        claims: of one class in one half.
        weight: of each claim.
        settings: widths and distances.
    """
    curve = vote_curve(claims, weight, settings.sigma_ms, settings.named_sigma_ms)
    height = curve.at(claims.time_ms)
    kept = keep_apart(claims.time_ms, height, reach_ms(claims.named, settings))
    return Peaks(claims.time_ms[kept], height[kept])


METHOD = MergeMethod(
    name="nms",
    description="The claim with the most votes around it is kept; its neighbours are dropped.",
    find_peaks=hard_nms,
)
