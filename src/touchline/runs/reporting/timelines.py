"""Timelines of a run's halves, for the report and for the viewer alike."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from touchline.games import Label
from touchline.report import Kind, Lane, Timeline
from touchline.runs.planning.plan_file import PlanFile
from touchline.runs.results.spot_hits import SpotHits
from touchline.runs.results.uncovered import Stretches
from touchline.spots import Spot


@dataclass(frozen=True, slots=True)
class ModelTimeline:
    """What the lanes of one model show.

    Attributes:
        model: its name.
        kind: as on the leaderboard.
        spots: by game.
        hits: which of the spots are right.
        uncovered: stretches without a readable answer, by game and half.
    """

    model: str
    kind: Kind
    spots: Mapping[str, Sequence[Spot]]
    hits: SpotHits
    uncovered: Stretches

    def lane(self, game: str, half: int) -> Lane:
        """The lane of one half."""
        spots = self.spots.get(game, ())
        right = self.hits.right.get(game)
        places = [place for place, spot in enumerate(spots) if spot.half == half]
        return Lane(
            model=self.model,
            kind=self.kind,
            spots=tuple(spots[place] for place in places),
            hits=None if right is None else tuple(right[place] for place in places),
            uncovered=self.uncovered.get((game, half), ()),
        )


def half_timelines(
    plan: PlanFile, truth: Mapping[str, Sequence[Label]], models: Sequence[ModelTimeline]
) -> tuple[Timeline, ...]:
    """The timeline of every half of a run, in the order of the plan.

    Args:
        plan: the run's.
        truth: labels of each labelled game.
        models: one lane each, in this order.
    """
    return tuple(
        Timeline(
            game=game.id,
            half=half.number,
            length_ms=half.claimed_ms,
            truth=_labels(truth.get(game.id), half.number),
            lanes=tuple(model.lane(game.id, half.number) for model in models),
        )
        for game in plan.games
        for half in game.halves
    )


def _labels(labels: Sequence[Label] | None, half: int) -> tuple[Label, ...] | None:
    return None if labels is None else tuple(label for label in labels if label.half == half)
