"""Merging one class in one half at a time, with the method that finds its events."""

from collections.abc import Iterable

import numpy as np

from touchline.replies import Reading
from touchline.spots.burst_damping import expected_votes
from touchline.spots.claims import Claims, Floats, HalfClaims, claims_by_half
from touchline.spots.merge_settings import MergeSettings
from touchline.spots.methods.method import MergeMethod
from touchline.spots.methods.peaks import Peaks
from touchline.spots.team_vote import majority_teams
from touchline.spots.types import Spot

_LEAST_CONFIDENCE = 1e-4
"""Spots that burst damping leaves with less are dropped."""


def merge_by_class(
    readings: Iterable[Reading], settings: MergeSettings, method: MergeMethod
) -> list[Spot]:
    """The spots of all classes, by half and time.

    Args:
        readings: of one game or half, in any order.
        settings: how to merge.
        method: has `find_peaks`.
    """
    spots = [
        spot
        for half in claims_by_half(readings)
        for claims in half.classes.values()
        for spot in _spots(half, claims, settings, method)
    ]
    return sorted(spots, key=lambda spot: (spot.half, spot.position_ms, spot.label))


def _spots(
    half: HalfClaims, claims: Claims, settings: MergeSettings, method: MergeMethod
) -> list[Spot]:
    if method.find_peaks is None:
        raise TypeError(f"merge method {method.name!r} does not merge by class")
    weight = _weights(claims, settings)
    peaks = method.find_peaks(claims, weight, settings)
    confidences = (
        _vote_share(half, claims, weight, peaks, settings)
        if method.counts_agreement
        else peaks.votes.clip(0.0, 1.0)
    )
    teams = majority_teams(claims, weight, peaks.time_ms, settings)
    shift = np.where(claims.named[claims.nearest(peaks.time_ms)], 0, settings.offset_ms)
    last_ms = round(half.centres_ms[-1] + half.length_ms / 2)
    time_ms = (peaks.time_ms + shift).clip(0, last_ms)
    return [
        Spot(half.half, time, claims.label, team, confidence)
        for time, team, confidence in zip(
            time_ms.tolist(), teams, confidences.tolist(), strict=True
        )
        if confidence >= max(settings.min_confidence, _LEAST_CONFIDENCE)
    ]


def _weights(claims: Claims, settings: MergeSettings) -> Floats:
    """The weight of each claim: its confidence, or 1 where the model gives none.

    A claim without a confidence beside others of its class that have one gets their mean.
    """
    stated = settings.confidence_from == "said"
    confidence = claims.confidence if stated else claims.probability
    known = confidence[~np.isnan(confidence)]
    if not settings.use_confidence or not len(known):
        return claims.share
    filled = np.where(np.isnan(confidence), known.mean(), confidence)
    return np.asarray(filled * claims.share)


def _vote_share(
    half: HalfClaims, claims: Claims, weight: Floats, peaks: Peaks, settings: MergeSettings
) -> Floats:
    """Votes as a share of those that were possible, minus what a burst would have given anyway."""
    expected = expected_votes(claims, weight, peaks.time_ms, settings)
    votes = peaks.votes - settings.storm * expected
    return (votes / _possible_votes(half, claims, settings)).clip(0.0, 1.0)


def _possible_votes(half: HalfClaims, claims: Claims, settings: MergeSettings) -> float:
    """Votes at the centre of a half in which every window claims the class."""
    stride_ms = float(np.median(np.diff(half.centres_ms))) if len(half.centres_ms) > 1 else 0.0
    if stride_ms <= 0:
        return 1.0
    if claims.named.mean() > 0.5:
        return max(1.0, half.length_ms / stride_ms)
    return max(1.0, settings.sigma_ms * float(np.sqrt(2 * np.pi)) / stride_ms)
