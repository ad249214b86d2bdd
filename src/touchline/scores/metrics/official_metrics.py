"""The official figures of SoccerNet as metrics, and those of single tasks."""

import math

from touchline.scores.metrics.metric import Metric, MetricInput

LOOSE = Metric(
    name="loose",
    definition="SoccerNet's average-mAP over tolerances of 5 to 60 s, in %: the mean over all "
    "classes of the average precision, where a rough time is enough.",
    heading="Loose",
    format="percent",
    compute=lambda found: found.official.loose.a_map,
    better="high",
    terminal_heading="loose",
    always_shown=True,
    shows_interval=True,
)

TIGHT = Metric(
    name="tight",
    definition="SoccerNet's average-mAP over tolerances of 1 to 5 s, in %: as loose, but the time "
    "has to be precise.",
    heading="Tight",
    format="percent",
    compute=lambda found: found.official.tight.a_map,
    better="high",
    terminal_heading="tight",
    always_shown=True,
    shows_interval=True,
)


def _at(tolerance_s: int) -> Metric:
    name = f"at{tolerance_s}"

    def compute(found: MetricInput) -> float:
        return found.official.metrics[name].a_map

    return Metric(
        name=name,
        definition=f"SoccerNet's mAP at the single tolerance of {tolerance_s} s, which is "
        f"± {tolerance_s / 2:g} s around the truth, in %.",
        heading=f"At {tolerance_s} s",
        format="percent",
        compute=compute,
        better="high",
        json_group="tolerances",
    )


def _own_map(found: MetricInput) -> float | None:
    from touchline.scores.official.evaluator import own_average_map

    task = found.official.task
    return own_average_map(found.games, task, task.tolerances) if task.tolerances else None


def _team_at1(found: MetricInput) -> float | None:
    """None for a task that is not ranked by it: its events need not have a side."""
    if found.official.task.metric != TEAM_AT1:
        return None
    from touchline.scores.official.team_ball import official_team_ball, with_sides

    figures = official_team_ball(with_sides(found.games), found.official.task)["at1"]
    return None if math.isnan(figures.team_map) else figures.team_map


def _action_f1(found: MetricInput) -> float | None:
    if found.official.task.metric != ACTION_F1:
        return None
    from touchline.scores.official.player_f1 import actions_of, official_player_f1

    task = found.official.task
    truths, claims = actions_of(found.games, task.fps)
    return official_player_f1(truths, claims, task.classes).overall.f1


def _frame_map(found: MetricInput) -> float | None:
    if found.official.task.metric != _FRAME_MAP:
        return None
    from touchline.scores.official.frame_map import official_frame_map

    figure = official_frame_map(found.games, found.official.task)
    return None if figure is None else figure.mean


_FRAME_MAP = "frame_map"
TEAM_AT1, ACTION_F1 = "team_at1", "action_f1"

_OF_TASKS = (
    Metric(
        name="task_map",
        definition="Average-mAP over the tolerances that the task itself names, in %, by the rules "
        "of SoccerNet's evaluator.",
        heading="Task mAP",
        format="percent",
        compute=_own_map,
        better="high",
        terminal_heading="task mAP",
        of_some_tasks=True,
    ),
    Metric(
        name=TEAM_AT1,
        definition="Team mAP at ± 0.5 s, in %, as the Team Ball Action Spotting challenge counts: "
        "the action and the side of its team have to be right, and labels and spots without a side "
        "are left out.",
        heading="Team mAP",
        format="percent",
        compute=_team_at1,
        better="high",
        terminal_heading="team mAP",
        of_some_tasks=True,
    ),
    Metric(
        name=ACTION_F1,
        definition="F1 of the spots with a confidence of at least 0.15, in %, within ± 12 frames "
        "of a true event of their class and team, as the player-centric challenge counts, "
        "regardless of the player.",
        heading="Action F1",
        format="percent",
        compute=_action_f1,
        better="high",
        terminal_heading="action F1",
        of_some_tasks=True,
    ),
    Metric(
        name=_FRAME_MAP,
        definition="mAP over tolerances of 0, 1, 2 and 4 frames of the task, in %, by which "
        "opensportslib chooses an epoch: the area below each class's curve, each spot with the "
        "nearest truth.",
        heading="Frame mAP",
        format="percent",
        compute=_frame_map,
        better="high",
        terminal_heading="frame mAP",
        of_some_tasks=True,
    ),
)
"""Figures by which some tasks are ranked; other tasks do not have them."""

METRICS = (LOOSE, TIGHT, *(_at(tolerance_s) for tolerance_s in range(1, 6)), *_OF_TASKS)
