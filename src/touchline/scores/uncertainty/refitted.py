"""Figures without some games in turn, where what decoded the others was fitted without them too."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from touchline.games import Task
from touchline.scores.events.event_columns import Games
from touchline.scores.events.event_table import align_events
from touchline.scores.hallucination import watched_labels
from touchline.scores.uncertainty.game_counts import GameCounts, count_by_game
from touchline.scores.uncertainty.games_left_out import LeaveOneOut, leave_one_out
from touchline.scores.uncertainty.pooled_figures import pooled_figures
from touchline.spots import Spot


def leave_one_out_refitted(
    games: Games,
    without: Mapping[tuple[str, ...], Mapping[str, Sequence[Spot]]],
    task: Task,
    tolerance_s: float,
    half_ms: Mapping[tuple[str, int], int] | None = None,
) -> LeaveOneOut:
    """As `leave_one_out`, but the spots of the other games change with what is left out.

    That may be groups of games: they then are the units whose number and spread an interval is made
    of (the delete-a-group jackknife; Kott 2001).

    Args:
        games: labels and spots by game.
        without: by games that are left out together, the spots of each other game.
        task: classes and rules.
        tolerance_s: full width of the window for precision, recall and F1.
        half_ms: lengths of halves, see `measure_hallucination`.
    """

    def counted(some: Games) -> GameCounts:
        table = align_events(watched_labels(some, half_ms, None), task)
        return count_by_game(some, task, tolerance_s=tolerance_s, table=table)

    pooled = []
    for out, spots in without.items():
        again = {game: (labels, spots.get(game, [])) for game, (labels, _) in games.items()}
        others = np.array([[float(game not in out) for game in games]])
        pooled.append(pooled_figures(counted(again), others))
    counts = counted(games)
    whole = leave_one_out(counts)
    truths = np.stack(
        [counts.truths[[game in out for game in games]].sum(axis=0) for out in without]
    )
    return replace(
        whole,
        games=tuple(", ".join(out) for out in without),
        games_with_truth=(truths > 0).sum(axis=0).astype(np.float64),
        without={
            name: np.concatenate([one.overall[name] for one in pooled]) for name in whole.without
        },
        class_without={
            name: np.concatenate([one.per_class[name] for one in pooled])
            for name in whole.class_without
        },
    )
