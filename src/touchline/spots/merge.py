"""From the readings of one game to its spots."""

from collections.abc import Iterable

import numpy as np

from touchline.errors import UserError
from touchline.replies import Reading
from touchline.spots.burst_damping import expected_votes
from touchline.spots.claim_columns import Claims, Floats, HalfClaims, claims_by_half
from touchline.spots.merge_settings import DECODER, MergeSettings
from touchline.spots.methods import METHODS
from touchline.spots.methods.peaks import Peaks
from touchline.spots.teams import majority_teams
from touchline.spots.types import Spot

_DEFAULT = MergeSettings()
_LEAST_CONFIDENCE = 1e-4
"""What a storm leaves nothing of is no spot."""


def merge_readings(readings: Iterable[Reading], settings: MergeSettings = _DEFAULT) -> list[Spot]:
    """The events that one model claims of one game.

    Args:
        readings: of the windows of one game or half, in any order.
        settings: how to merge.

    Returns:
        Spots by half and time. A confidence is the share of the votes that were possible there,
        from 0 to 1: agreement of the overlapping windows times what they say of themselves.

    Raises:
        UserError: no such method or confidence, or the decoder was fitted on this very game.
    """
    if settings.method == DECODER:
        return _decoded(list(readings), settings)
    spots = [
        spot
        for half in claims_by_half(readings)
        for claims in half.classes.values()
        for spot in _spots(half, claims, settings)
    ]
    return sorted(spots, key=lambda spot: (spot.half, spot.position_ms, spot.label))


def _decoded(readings: list[Reading], settings: MergeSettings) -> list[Spot]:
    """The spots that a fitted decoder finds, by one that has not seen the game's labels."""
    from touchline.spots.decoder.decoder import decode
    from touchline.spots.decoder.event_signals import signals_of_readings
    from touchline.spots.decoder.files import decoder_for, read_decoders

    if not readings:
        return []
    if settings.decoder is None:
        raise UserError("merging.method 'decoder' needs merging.decoder, a file of touchline tune.")
    decoder = decoder_for(readings[0].window.game, read_decoders(settings.decoder))
    spots = decode(signals_of_readings(readings), decoder)
    return [spot for spot in spots if spot.confidence >= settings.min_confidence]


def _spots(half: HalfClaims, claims: Claims, settings: MergeSettings) -> list[Spot]:
    weight = weights(claims, settings)
    peaks = METHODS[settings.method].find(claims, weight, settings)
    share = _share(half, claims, weight, peaks, settings)
    teams = majority_teams(claims, weight, peaks.time_ms, settings)
    shift = np.where(claims.named[claims.nearest(peaks.time_ms)], 0, settings.offset_ms)
    last_ms = round(half.centres_ms[-1] + half.length_ms / 2)
    time_ms = (peaks.time_ms + shift).clip(0, last_ms)
    return [
        Spot(half.half, time, claims.label, team, confidence)
        for time, team, confidence in zip(time_ms.tolist(), teams, share.tolist(), strict=True)
        if confidence >= max(settings.min_confidence, _LEAST_CONFIDENCE)
    ]


def weights(claims: Claims, settings: MergeSettings) -> Floats:
    """What each claim counts: the model's own confidence, or one where it gives none.

    A claim without a confidence beside others of its class that have one counts as their mean.
    """
    by_word = settings.confidence_from == "said"
    confidence = claims.confidence if by_word else claims.probability
    known = confidence[~np.isnan(confidence)]
    if not settings.use_confidence or not len(known):
        return claims.share
    sure = np.where(np.isnan(confidence), known.mean(), confidence)
    return np.asarray(sure * claims.share)


def _share(
    half: HalfClaims, claims: Claims, weight: Floats, peaks: Peaks, settings: MergeSettings
) -> Floats:
    """Evidence as a share of what was possible, less what a storm would have given anyway."""
    if not METHODS[settings.method].counts_agreement:
        return peaks.votes.clip(0.0, 1.0)
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
