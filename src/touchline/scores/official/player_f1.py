"""F1 of player-centric ball action spotting: the action, the team, the player and the frame."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from touchline.games import TEAM_SIGNS, Label
from touchline.scores.events.event_columns import Games
from touchline.spots import Spot

DELTA_FRAMES = 12
"""How many frames a prediction may be from the true event."""

LEAST_CONFIDENCE = 0.15
"""The confidence from which on a prediction counts."""


class PlayerEvent(NamedTuple):
    """One event, true or predicted.

    Attributes:
        frame: its frame, from 0.
        team: of the player; any value that tells the two teams apart.
        player: number of the shirt, or None where players are not told apart.
        label: name of the class.
        confidence: of a prediction; a true event's is not looked at.
    """

    frame: int
    team: object
    player: int | None
    label: str
    confidence: float = 1.0


@dataclass(frozen=True, slots=True)
class Counts:
    """True positives, false positives, and true events."""

    right: int = 0
    wrong: int = 0
    truths: int = 0

    @property
    def precision(self) -> float:
        """Right among the predictions; 0 where there are none."""
        made = self.right + self.wrong
        return self.right / made if made else 0.0

    @property
    def recall(self) -> float:
        """Found among the true events; 0 where there are none."""
        return self.right / self.truths if self.truths else 0.0

    @property
    def f1(self) -> float:
        """Harmonic mean of both."""
        total = self.precision + self.recall
        return 2 * self.precision * self.recall / total if total else 0.0

    def __add__(self, other: "Counts") -> "Counts":
        return Counts(
            self.right + other.right, self.wrong + other.wrong, self.truths + other.truths
        )


@dataclass(frozen=True, slots=True)
class PlayerF1:
    """The figures of one set of predictions.

    Attributes:
        overall: over all classes.
        per_class: by class.
        games: ids of the games that were evaluated.
        left_out: ids of the games that only one side has.
    """

    overall: Counts
    per_class: dict[str, Counts]
    games: tuple[str, ...]
    left_out: tuple[str, ...]

    def to_json(self) -> dict[str, Any]:
        """As plain dictionaries, with the names of the official evaluator."""
        return {
            "overall": _listed(self.overall),
            "per_class": {name: _listed(one) for name, one in self.per_class.items()},
            "keys_evaluated": list(self.games),
            "keys_left_out": list(self.left_out),
        }


def official_player_f1(
    truths: Mapping[str, Sequence[PlayerEvent]],
    claims: Mapping[str, Sequence[PlayerEvent]],
    classes: Sequence[str],
    delta_frames: int = DELTA_FRAMES,
    least_confidence: float = LEAST_CONFIDENCE,
) -> PlayerF1:
    """The F1 by which the player-centric challenge of SoccerNet 2026 ranks.

    Predictions of all classes are taken in the order of their confidence. Each takes the nearest
    free true event of its game, team, player and class within the tolerance; of two that are
    equally near, the earlier. Counts are added up over games and classes.

    Only games that both sides have are evaluated: so does the evaluator, although what it prints
    says that the others count as missed.

    Args:
        truths: true events by game.
        claims: predictions by game, in the order of their file.
        classes: names of the classes; events of others are dropped.
        delta_frames: tolerance to either side.
        least_confidence: predictions below it are dropped.

    Source: `utils/metric_utils.py` (`evaluate_events_from_json`) of `JeremieOchin/FOOTPASS`.
    """
    common = sorted(truths.keys() & claims.keys())
    per_class = dict.fromkeys(classes, Counts())
    for game in common:
        true = [event for event in truths[game] if event.label in per_class]
        made = [
            event
            for event in claims[game]
            if event.label in per_class and not event.confidence < least_confidence
        ]
        for name, counts in _match(true, made, delta_frames).items():
            per_class[name] += counts
    overall = sum(per_class.values(), Counts())
    left_out = tuple(sorted(truths.keys() ^ claims.keys()))
    return PlayerF1(overall, per_class, tuple(common), left_out)


ByGame = dict[str, list[PlayerEvent]]


def actions_of(games: Games, fps: int) -> tuple[ByGame, ByGame]:
    """Labels and spots of games as events without a player, for games whose players are unknown.

    Args:
        games: labels and spots by game id.
        fps: frames per second, to which positions are rounded.
    """
    truths: ByGame = {}
    claims: ByGame = {}
    for game, (labels, spots) in games.items():
        for half in {one.half for one in labels} | {one.half for one in spots}:
            key = f"{game}/{half}"
            truths[key] = [_action(one, 1.0, fps) for one in labels if one.half == half]
            claims[key] = [_action(one, one.confidence, fps) for one in spots if one.half == half]
    return truths, claims


def _action(one: Label | Spot, confidence: float, fps: int) -> PlayerEvent:
    frame = round(one.position_ms * fps / 1000)
    return PlayerEvent(frame, TEAM_SIGNS.get(one.team or ""), None, one.label, confidence)


def _match(
    true: Sequence[PlayerEvent], made: Sequence[PlayerEvent], delta_frames: int
) -> dict[str, Counts]:
    """The counts of one game, by class."""
    free: dict[tuple[object, ...], list[int]] = {}
    counts: dict[str, Counts] = {}
    for event in sorted(true, key=lambda one: one.frame):
        free.setdefault((event.team, event.player, event.label), []).append(event.frame)
        counts[event.label] = counts.get(event.label, Counts()) + Counts(truths=1)
    for event in sorted(made, key=lambda one: -one.confidence):
        frames = free.get((event.team, event.player, event.label), [])
        near = [frame for frame in frames if abs(frame - event.frame) <= delta_frames]
        if near:
            frames.remove(min(near, key=lambda frame: abs(frame - event.frame)))
        found = Counts(right=1) if near else Counts(wrong=1)
        counts[event.label] = counts.get(event.label, Counts()) + found
    return counts


def _listed(counts: Counts) -> dict[str, float]:
    return {
        "TP": counts.right,
        "FP": counts.wrong,
        "GT": counts.truths,
        "precision": counts.precision,
        "recall": counts.recall,
        "f1": counts.f1,
    }
