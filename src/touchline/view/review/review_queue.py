"""The order of a review: what models and labels disagree about most comes first.

Every label and every claim of a model is in the queue once. Its place is the posterior odds that
the labels are wrong there, under three assumptions: a label is wrong with probability `PRIOR`; how
often a model is right at a confidence, and how often it finds a class, are as the labels of the run
say (most of them are right); models err independently of each other.
"""

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from touchline.games import Label
from touchline.spots import Spot
from touchline.view.review.model_reliability import JudgedSpot, ModelReliability, logit

PRIOR = 0.05
"""Share of the labels that are expected to be wrong; it shifts all odds alike."""

_SHIFT_MS = 20_000
"""A claim of the same class within this distance of a label may be the label's true place."""

_PAIRED = logit(0.25)
"""From this probability on a claim is worth more than the label that it contradicts."""

ByGame = Mapping[str, Sequence[Spot]]
Claimed = tuple[str, JudgedSpot]
"""A claim and the name of its model."""
Claims = list[Claimed]


class Reason(StrEnum):
    """Why something is looked at."""

    MISSING = "claimed, and not labelled"
    UNFOUND = "labelled, and no model claims it after merging"
    MOVED = "labelled and claimed at different times"
    RENAMED = "labelled and claimed as different classes"
    DISPUTED = "found by some models only"
    AGREED = "labelled and claimed alike"


@dataclass(frozen=True, slots=True)
class ReviewClaim:
    """What one model claims.

    Attributes:
        model: its name.
        spot: the claim.
    """

    model: str
    spot: Spot


@dataclass(frozen=True, slots=True)
class ReviewItem:
    """One thing to decide.

    Attributes:
        game: id of the game.
        half: its number.
        label: the label in question; None where there is none.
        claims: the claims in question, the surest first.
        reason: why it is looked at.
        suspicion: log-odds that the labels are wrong here.
    """

    game: str
    half: int
    label: Label | None
    claims: tuple[ReviewClaim, ...]
    reason: Reason
    suspicion: float

    @property
    def position_ms(self) -> int:
        """Where the claim stands, or the label where there is no claim."""
        return self.claims[0].spot.position_ms if self.claims else self._label.position_ms

    @property
    def name(self) -> str:
        """The class that is claimed, or the label's where there is no claim."""
        return self.claims[0].spot.label if self.claims else self._label.label

    @property
    def _label(self) -> Label:
        assert self.label is not None  # an item has a label or claims
        return self.label

    @property
    def key(self) -> str:
        """Identifies it among the items of a run as long as labels and spots are the same."""
        label = f"{self.label.label}@{self.label.position_ms}" if self.label else "-"
        claim = "-"
        if self.claims:
            best = self.claims[0]
            claim = f"{best.model}:{best.spot.label}@{best.spot.position_ms}"
        return f"{self.game}|{self.half}|{label}|{claim}"


def review_queue(
    labels: Mapping[str, Sequence[Label]],
    models: Mapping[str, ByGame],
    near_ms: int,
    witnesses: Collection[str] = (),
) -> list[ReviewItem]:
    """Everything that can be decided about the labels of a run, the most doubtful first.

    Args:
        labels: by game; a game without labels has none to doubt, and all claims are missing there.
        models: spots by model and game.
        near_ms: how far a claim may be from a label and mean it.
        witnesses: models that only speak for or against what others claim or labels say, such as
            a baseline that listens: what they alone claim is not looked at.

    Returns:
        Each label, and each claim of a model that is no witness, in exactly one item.
    """
    known = {name: ModelReliability(labels, spots, near_ms) for name, spots in models.items()}
    games = sorted({*labels, *(game for spots in models.values() for game in spots)})
    items = [
        item
        for game in games
        for item in _items(game, labels.get(game, ()), known, near_ms)
        if item.label or any(claim.model not in witnesses for claim in item.claims)
    ]
    return sorted(items, key=lambda item: (-item.suspicion, item.key))


def _items(
    game: str,
    labels: Sequence[Label],
    known: Mapping[str, ModelReliability],
    near_ms: int,
) -> list[ReviewItem]:
    found: dict[int, Claims] = {}
    loose: Claims = []
    for model, reliability in known.items():
        for place in reliability.places(game):
            if place.found is None:
                loose.append((model, place))
            else:
                found.setdefault(place.found, []).append((model, place))
    groups = _grouped(loose, near_ms)
    doubts = {
        number: _label_odds(label, found.get(number, ()), known)
        for number, label in enumerate(labels)
    }
    pairs = _pairs(labels, doubts, found, groups, near_ms)
    items = [
        _item(game, labels[number], groups[group], reason, odds)
        for group, (number, reason, odds) in pairs.items()
    ]
    paired = {number for number, *_ in pairs.values()}
    for number, label in enumerate(labels):
        if number not in paired:
            claims = found.get(number, [])
            reason = Reason.UNFOUND
            if claims:
                reason = Reason.DISPUTED if len(claims) < len(known) else Reason.AGREED
                if any(place.off > 0 for _, place in claims):
                    reason = Reason.MOVED
            items.append(_item(game, label, claims, reason, doubts[number]))
    for group, claims in enumerate(groups):
        if group not in pairs:
            odds = math.log(PRIOR) + _real_odds(claims) + _silent_odds(claims, known)
            items.append(_item(game, None, claims, Reason.MISSING, odds))
    return items


def _item(
    game: str,
    label: Label | None,
    claims: Sequence[Claimed],
    reason: Reason,
    odds: float,
) -> ReviewItem:
    ordered = sorted(claims, key=lambda claim: (-claim[1].odds, claim[0]))
    half = label.half if label else ordered[0][1].spot.half
    said = tuple(ReviewClaim(model, place.spot) for model, place in ordered)
    return ReviewItem(game, half, label, said, reason, odds)


def _grouped(loose: Claims, near_ms: int) -> list[Claims]:
    """Claims of several models that mean one event, at most one of each model."""
    groups: list[Claims] = []
    by_class: dict[tuple[int, str], list[Claims]] = {}
    for model, place in sorted(loose, key=lambda one: (-one[1].odds, one[0])):
        same = by_class.setdefault((place.spot.half, place.spot.label), [])
        for group in same:
            apart = abs(group[0][1].spot.position_ms - place.spot.position_ms)
            if apart <= near_ms and all(model != other for other, _ in group):
                group.append((model, place))
                break
        else:
            same.append([(model, place)])
            groups.append(same[-1])
    return groups


def _label_odds(
    label: Label, claims: Sequence[Claimed], known: Mapping[str, ModelReliability]
) -> float:
    """Log-odds that a label is wrong: who missed it, who found it, and how far off."""
    odds = logit(PRIOR)
    finders = dict(claims)
    for model, reliability in known.items():
        if model in finders:
            odds += math.log1p(-finders[model].probability) + finders[model].off
        else:
            odds -= math.log1p(-reliability.recall(label.label))
    return odds


def _real_odds(claims: Sequence[Claimed]) -> float:
    """Log-odds that claims of one event are right; the first is the surest."""
    best, *others = (place for _, place in claims)
    return best.odds + sum(max(0.0, place.odds - place.base_odds) for place in others)


def _silent_odds(claims: Sequence[Claimed], known: Mapping[str, ModelReliability]) -> float:
    """What it says against claims that other models, which find such events, do not make them."""
    claiming = {model for model, _ in claims}
    label = claims[0][1].spot.label
    return sum(
        math.log1p(-reliability.recall(label))
        for model, reliability in known.items()
        if model not in claiming
    )


def _pairs(
    labels: Sequence[Label],
    doubts: Mapping[int, float],
    found: Mapping[int, object],
    groups: Sequence[Sequence[Claimed]],
    near_ms: int,
) -> dict[int, tuple[int, Reason, float]]:
    """Groups of claims that contradict a label which nobody found; each in one pair at most."""
    possible = []
    for group, claims in enumerate(groups):
        real = _real_odds(claims)
        if real < _PAIRED:
            continue
        spot = claims[0][1].spot
        for number, label in enumerate(labels):
            if number in found or label.half != spot.half:
                continue
            apart = abs(label.position_ms - spot.position_ms)
            same = label.label == spot.label
            if apart <= (_SHIFT_MS if same else near_ms):
                reason = Reason.MOVED if same else Reason.RENAMED
                possible.append((doubts[number] + real, -apart, group, number, reason))
    chosen: dict[int, tuple[int, Reason, float]] = {}
    taken: set[int] = set()
    for odds, _, group, number, reason in sorted(possible, key=lambda one: (-one[0], -one[1])):
        if group not in chosen and number not in taken:
            chosen[group] = (number, reason, odds)
            taken.add(number)
    return chosen
