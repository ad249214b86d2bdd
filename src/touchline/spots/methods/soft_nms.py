"""Soft-NMS in time: a claim near a better one is not dropped but counts less."""

import numpy as np

from touchline.spots.claims import Claims, Floats
from touchline.spots.merge_settings import MergeSettings
from touchline.spots.methods.method import MergeMethod
from touchline.spots.methods.peaks import Peaks, reach_ms
from touchline.spots.vote_curve import DECIMALS, vote_curve

_LEAST_SCORE = 1e-3


def soft_nms(claims: Claims, weight: Floats, settings: MergeSettings) -> Peaks:
    """Each best claim scales those in its reach by 1 - exp(-d² / 2s²), s a third of the reach.

    Args:
        claims: of one class in one half.
        weight: of each claim.
        settings: widths and distances.

    Source: Bodla et al., Soft-NMS (2017), with distance in time in place of overlap.
    """
    curve = vote_curve(claims, weight, settings.sigma_ms, settings.named_sigma_ms)
    score = curve.at(claims.time_ms)
    reach = reach_ms(claims.named, settings)
    order: list[int] = []
    kept_scores: list[float] = []
    while len(order) < len(score):
        best = int(score.argmax())
        if score[best] < _LEAST_SCORE:
            break
        order.append(best)
        kept_scores.append(float(score[best]))
        score[best] = -1.0
        time = claims.time_ms[best]
        low, high = np.searchsorted(claims.time_ms, (time - reach[best], time + reach[best]))
        distance = (claims.time_ms[low:high] - time) / (reach[best] / 3)
        kept_share = 1 - np.exp(-(distance**2) / 2)
        score[low:high] = np.round(score[low:high] * kept_share, DECIMALS)
    return Peaks(claims.time_ms[order], np.array(kept_scores))


METHOD = MergeMethod(
    name="soft-nms",
    description="The claim with the most votes around it is kept; its neighbours count less.",
    find_peaks=soft_nms,
)
