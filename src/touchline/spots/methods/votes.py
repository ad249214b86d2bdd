"""Peaks of the vote curve: every claim votes with a Gaussian around its time."""

from touchline.spots.claims import Claims, Floats
from touchline.spots.merge_settings import MergeSettings
from touchline.spots.methods.method import MergeMethod
from touchline.spots.methods.peaks import Peaks, keep_apart, reach_ms
from touchline.spots.vote_curve import vote_curve


def find_vote_peaks(claims: Claims, weight: Floats, settings: MergeSettings) -> Peaks:
    """Finds the peaks of the summed Gaussians: the more claims agree, the higher the peak.

    The time of an event is the weighted middle of its claims.

    Args:
        claims: of one class in one half.
        weight: of each claim.
        settings: widths and distances.
    """
    curve = vote_curve(claims, weight, settings.sigma_ms, settings.named_sigma_ms)
    time_ms, height = curve.peaks()
    distance = reach_ms(claims.named[claims.nearest(time_ms)], settings)
    kept = keep_apart(time_ms, height, distance)
    return Peaks(time_ms[kept], height[kept])


METHOD = MergeMethod(
    name="votes",
    description="Every claim votes with a Gaussian around its time; peaks of the sum are events.",
    find_peaks=find_vote_peaks,
)
