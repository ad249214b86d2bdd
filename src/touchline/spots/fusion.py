"""Fusion across models: several timelines of one game become one."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated

import numpy as np
from pydantic import Field, field_validator

from touchline.errors import UserError
from touchline.games import TEAM_SIGNS, team_of_sign, team_pair
from touchline.spots.types import Spot
from touchline.text import nearest_word
from touchline.validation import Settings, to_ms

FUSIONS = ("majority", "weighted", "events")
"""Voting, weighted voting, and weighted event fusion."""

STACKING = "stacking"
"""Fusion by a decoder that is fitted on the labels of other games."""


class FuseSettings(Settings):
    """How the timelines of several models are fused. Times are in seconds.

    Attributes:
        method: "majority" keeps events that more than half of the models claim; "weighted" keeps
            all, with the weight of the models that claim them as confidence; "events" also counts
            the models' confidences, and fuses times by confidence; "stacking" is what
            `touchline.runs.fuse_runs` fits.
        window: claims of one class that are closer than this are one event.
        weights: of the models, in their order; empty for equal weights.
        comparable: replace each model's confidences by their ranks within the class, because
            models do not mean the same by 0.8.
    """

    method: str = "events"
    window: Annotated[float, Field(gt=0)] = 10.0
    weights: tuple[float, ...] = ()
    comparable: bool = True

    @field_validator("method")
    @classmethod
    def _known(cls, method: str) -> str:
        known = (*FUSIONS, STACKING)
        if method not in known:
            raise ValueError(f"it must be one of {', '.join(known)}{nearest_word(method, known)}")
        return method

    @property
    def window_ms(self) -> int:
        """`window` in milliseconds."""
        return to_ms(self.window)


_DEFAULT = FuseSettings()


def fuse(
    timelines: Sequence[Mapping[str, Sequence[Spot]]], settings: FuseSettings = _DEFAULT
) -> dict[str, list[Spot]]:
    """Fuses the spots of several models.

    Args:
        timelines: for each model its spots by game; a missing game has no spots of that model.
        settings: how to fuse.

    Returns:
        Spots by game, by half and time.

    Raises:
        UserError: the method is not known, or the weights do not match the models.

    Source: weighted box fusion (Solovyev et al., 2021) in one dimension, for "events".
    """
    weights = _weights(len(timelines), settings)
    ready = [comparable(one) for one in timelines] if settings.comparable else timelines
    games = sorted({game for timeline in ready for game in timeline})
    return {
        game: _fused([list(timeline.get(game, ())) for timeline in ready], weights, settings)
        for game in games
    }


def comparable(timeline: Mapping[str, Sequence[Spot]]) -> dict[str, list[Spot]]:
    """A model's spots with ranks as confidences: 1 for the most confident of a class, down to 0.

    Ranks are on a log scale, so that the few most confident spots stay apart.
    """
    of_class: dict[str, list[float]] = defaultdict(list)
    for spots in timeline.values():
        for spot in spots:
            of_class[spot.label].append(spot.confidence)
    ordered = {label: np.sort(values) for label, values in of_class.items()}

    def ranked(spot: Spot) -> Spot:
        values = ordered[spot.label]
        better = len(values) - int(np.searchsorted(values, spot.confidence, side="right"))
        sure = round(1 - float(np.log1p(better) / np.log1p(len(values))), 9)
        return Spot(spot.half, spot.position_ms, spot.label, spot.team, sure)

    return {game: [ranked(spot) for spot in spots] for game, spots in timeline.items()}


def _weights(models: int, settings: FuseSettings) -> list[float]:
    if settings.method not in FUSIONS:
        raise UserError(
            f"fusion method '{settings.method}' is not known"
            f"{nearest_word(settings.method, FUSIONS)}; choose one of {', '.join(FUSIONS)}."
        )
    weights = settings.weights or (1.0,) * models
    if len(weights) != models or min(weights) < 0 or sum(weights) == 0:
        raise UserError(
            f"{models} models need {models} weights of 0 or more, not all 0; "
            f"given: {', '.join(map(str, weights))}."
        )
    return [weight / sum(weights) for weight in weights]


@dataclass(frozen=True, slots=True)
class _Claim:
    model: int
    spot: Spot


def _fused(
    models: Sequence[Sequence[Spot]], weights: Sequence[float], settings: FuseSettings
) -> list[Spot]:
    """One game's spots of all models, fused."""
    groups: dict[tuple[int, str], list[_Claim]] = defaultdict(list)
    for model, spots in enumerate(models):
        if weights[model] > 0:
            for spot in spots:
                groups[spot.half, spot.label].append(_Claim(model, spot))
    events = [
        _event(cluster, weights, settings)
        for claims in groups.values()
        for cluster in _clusters(claims, weights, settings.window_ms)
    ]
    fused = [event for event in events if event is not None]
    return sorted(fused, key=lambda spot: (spot.half, spot.position_ms, spot.label))


def _clusters(claims: list[_Claim], weights: Sequence[float], window_ms: int) -> list[list[_Claim]]:
    """Clusters claims around the most confident: each joins the nearest event without its model."""
    clusters: list[list[_Claim]] = []
    centres: list[int] = []
    for claim in sorted(
        claims, key=lambda one: (-one.spot.confidence * weights[one.model], one.spot.position_ms)
    ):
        near = [
            (abs(centres[i] - claim.spot.position_ms), i)
            for i in range(len(clusters))
            if abs(centres[i] - claim.spot.position_ms) < window_ms
            and all(other.model != claim.model for other in clusters[i])
        ]
        if near:
            place = min(near)[1]
            clusters[place].append(claim)
            centres[place] = _time(clusters[place], weights)
        else:
            clusters.append([claim])
            centres.append(claim.spot.position_ms)
    return clusters


def _event(cluster: list[_Claim], weights: Sequence[float], settings: FuseSettings) -> Spot | None:
    """The event of a cluster of claims, or None if too few models claim it."""
    first = cluster[0].spot
    present = sum(weights[claim.model] for claim in cluster)
    sure = sum(weights[claim.model] * claim.spot.confidence for claim in cluster)
    if settings.method == "majority":
        voting = sum(weight > 0 for weight in weights)
        if len(cluster) * 2 <= voting:
            return None
        sure = sum(claim.spot.confidence for claim in cluster) / len(cluster)
    elif settings.method == "weighted":
        sure = present
    lead = sum(weights[one.model] * TEAM_SIGNS.get(one.spot.team or "", 0) for one in cluster)
    team = team_of_sign(lead, team_pair(one.spot.team for one in cluster))
    return Spot(first.half, _time(cluster, weights), first.label, team, min(1.0, sure))


def _time(cluster: list[_Claim], weights: Sequence[float]) -> int:
    """Mean time, weighted by the confidence of each claim and the weight of its model."""
    total = sum(weights[one.model] * (one.spot.confidence + 1e-9) for one in cluster)
    moment = sum(
        weights[one.model] * (one.spot.confidence + 1e-9) * one.spot.position_ms for one in cluster
    )
    return round(moment / total)
