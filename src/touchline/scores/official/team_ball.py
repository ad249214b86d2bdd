"""Team ball action spotting: the action, and the team that performed it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from touchline.errors import UserError
from touchline.games import BALL_12, Task
from touchline.scores.events.event_columns import Event, Floats, Games
from touchline.scores.events.matching import match_by_confidence
from touchline.scores.official.evaluator import (
    OFFICIAL_METRICS,
    class_precisions,
    grid_events,
    mean_height,
    radii_of,
)

SIDES = ("left", "right")


@dataclass(frozen=True, slots=True)
class TeamBall:
    """Team-ball figures of one metric, from 0 to 1; NaN where a class has no truth to weigh by.

    Attributes:
        team_map: plain mean of `per_class`, the challenge's figure.
        per_class: by action, the two sides' AP weighted by their number of truths.
        visible: as `team_map`, for visible truths.
        unshown: as `team_map`, for unshown truths.
    """

    team_map: float
    per_class: tuple[float, ...]
    visible: float
    unshown: float

    def to_json(self) -> dict[str, Any]:
        """The outputs by the names that the challenge's evaluator gives them; NaN as null."""
        return {
            "mAP": _or_none(self.team_map),
            "mAP_per_class": [_or_none(value) for value in self.per_class],
            "mAP_visible": _or_none(self.visible),
            "mAP_unshown": _or_none(self.unshown),
        }


def official_team_ball(
    games: Games, task: Task = BALL_12, metrics: Sequence[str] = ("at1",)
) -> dict[str, TeamBall]:
    """Team mAP of the SoccerNet Team Ball Action Spotting challenge (2025).

    An AP for each action and side ("left" or "right"); for each action the mean of both,
    weighted by their truths; then the plain mean over the actions. The challenge ranks by "at1".
    As in its evaluator (`util/eval.py` and `util/score.py` of `SoccerNet/sn-teamspotting`),
    labels outside half 1 are dropped, spots of every half fall on one time line, an unshown truth
    counts -1 in the weights, and an action without truths makes the mean NaN.

    Args:
        games: labels and spots by game id, with team "left" or "right".
        task: the actions and the frame rate.
        metrics: which of `OFFICIAL_METRICS`.

    Raises:
        UserError: an event has an unknown action or no side, on which that evaluator fails.
    """
    sided = replace(
        task, classes=tuple(f"{name}-{side}" for name in task.classes for side in SIDES)
    )
    pairs = {
        game: (
            [_sided(label, game, sided) for label in labels if label.half == 1],
            [replace(_sided(spot, game, sided), half=1) for spot in spots],
        )
        for game, (labels, spots) in games.items()
    }
    truths, claims = grid_events(pairs, sided)
    weights = np.bincount(truths.class_index, truths.value, len(sided.classes)).astype(np.float64)
    figures = {}
    for name in metrics:
        matches = match_by_confidence(truths, claims, radii_of(OFFICIAL_METRICS[name], sided))
        figures[name] = _weighed(class_precisions(truths, claims, matches), weights)
    return figures


def _sided(event: Event, game: str, sided: Task) -> Event:
    """The event under the name of its action and side."""
    label = f"{event.label}-{event.team}"
    if label not in sided.classes:
        raise UserError(
            f"game {game!r}, {event.position_ms} ms: {event.label!r} of team {event.team!r} is not "
            "one of the task's actions by 'left' or 'right'."
        )
    return replace(event, label=label)


def _weighed(precisions: Floats, weights: Floats) -> TeamBall:
    """The figures from APs of shape (3, tolerances, actions * 2)."""
    by_side = mean_height(precisions) * weights
    with np.errstate(invalid="ignore", divide="ignore"):
        per_class = by_side.reshape(3, -1, 2).sum(axis=2) / weights.reshape(-1, 2).sum(axis=1)
    overall, visible, unshown = per_class.mean(axis=1).tolist()
    return TeamBall(overall, tuple(per_class[0].tolist()), visible, unshown)


def _or_none(value: float) -> float | None:
    return None if np.isnan(value) else value
