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
        no_team_map: plain mean over the actions without regard to the side.
        no_team_per_class: AP of each action without regard to the side.
        no_team_visible: as `no_team_map`, for visible truths.
    """

    team_map: float
    per_class: tuple[float, ...]
    visible: float
    unshown: float
    no_team_map: float
    no_team_per_class: tuple[float, ...]
    no_team_visible: float

    def to_json(self) -> dict[str, Any]:
        """The outputs by the names that the challenge's evaluator gives them; NaN as null."""
        return {
            "mAP": _or_none(self.team_map),
            "mAP_per_class": [_or_none(value) for value in self.per_class],
            "mAP_visible": _or_none(self.visible),
            "mAP_unshown": _or_none(self.unshown),
            "mAP_no_team": _or_none(self.no_team_map),
            "mAP_per_class_no_team": [_or_none(value) for value in self.no_team_per_class],
            "mAP_visible_no_team": _or_none(self.no_team_visible),
        }


def official_team_ball(
    games: Games, task: Task = BALL_12, metrics: Sequence[str] = ("at1",)
) -> dict[str, TeamBall]:
    """Team mAP of the SoccerNet Team Ball Action Spotting challenge (2025).

    An AP for each action and side ("left" or "right"); for each action the mean of both,
    weighted by their truths; then the plain mean over the actions. The challenge ranks by "at1".
    As in its evaluator (`util/eval.py` and `util/score.py` of `SoccerNet/sn-teamspotting`),
    labels outside half 1 are dropped, spots of every half fall on one time line, an unshown truth
    counts -1 in the weights, and an action without truths makes the mean NaN. The figures without
    the side score the same events by their action alone, where an action without truths counts 0.

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
            [_sided(spot, game, sided)._replace(half=1) for spot in spots],
        )
        for game, (labels, spots) in games.items()
    }
    truths, claims = grid_events(pairs, sided)
    weights = np.bincount(truths.class_index, truths.value, len(sided.classes)).astype(np.float64)
    merged = grid_events(
        {
            game: (
                [label for label in labels if label.half == 1],
                [spot._replace(half=1) for spot in spots],
            )
            for game, (labels, spots) in games.items()
        },
        task,
    )
    figures = {}
    for name in metrics:
        radii = radii_of(OFFICIAL_METRICS[name], sided)
        by_side, by_action = (
            class_precisions(*events, match_by_confidence(*events, radii))
            for events in ((truths, claims), merged)
        )
        figures[name] = _weighed(by_side, weights, mean_height(by_action))
    return figures


def with_sides(games: Games) -> Games:
    """The games without the labels and spots that name no side, on which the evaluator fails."""
    return {
        game: (
            [label for label in labels if label.team in SIDES],
            [spot for spot in spots if spot.team in SIDES],
        )
        for game, (labels, spots) in games.items()
    }


def _sided(event: Event, game: str, sided: Task) -> Event:
    """The event under the name of its action and side."""
    label = f"{event.label}-{event.team}"
    if label not in sided.classes:
        raise UserError(
            f"game {game!r}, {event.position_ms} ms: {event.label!r} of team {event.team!r} is not "
            "one of the task's actions by 'left' or 'right'."
        )
    return event._replace(label=label)


def _weighed(precisions: Floats, weights: Floats, by_action: Floats) -> TeamBall:
    """The figures from APs by side, shape (3, tolerances, actions * 2), and mean APs by action,
    shape (3, actions).
    """
    by_side = mean_height(precisions) * weights
    with np.errstate(invalid="ignore", divide="ignore"):
        per_class = by_side.reshape(3, -1, 2).sum(axis=2) / weights.reshape(-1, 2).sum(axis=1)
    overall, visible, unshown = per_class.mean(axis=1).tolist()
    return TeamBall(
        overall,
        tuple(per_class[0].tolist()),
        visible,
        unshown,
        float(by_action[0].mean()),
        tuple(by_action[0].tolist()),
        float(by_action[1].mean()),
    )


def _or_none(value: float) -> float | None:
    return None if np.isnan(value) else value
