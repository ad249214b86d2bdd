"""What the sections of a run's report measure."""

from collections.abc import Mapping, Sequence
from typing import Any

from touchline.games import Label
from touchline.report import SectionInput, measure_sections
from touchline.runs.results.leaderboard import Leaderboard, ModelOutcome
from touchline.scores import EventTable, Games
from touchline.spots import Spot

Truth = Mapping[str, Sequence[Label]]


def games_of(spots: Mapping[str, Sequence[Spot]], truth: Truth) -> Games:
    """Labels and spots of each labelled game, as the scores need them."""
    return {game: (labels, spots.get(game, ())) for game, labels in truth.items()}


def sections(
    scored: Leaderboard,
    outcomes: Sequence[ModelOutcome],
    truth: Truth,
    tables: Mapping[str, EventTable],
) -> dict[str, dict[str, Any]]:
    """What a report shows beside the leaderboard, by section and model.

    Args:
        scored: the models' score sheets.
        outcomes: what each model came to.
        truth: labels by game.
        tables: labels and spots by model.
    """
    return measure_sections(
        SectionInput(
            model=outcome.model,
            is_baseline=outcome.is_baseline,
            games=games_of(outcome.spots, truth),
            events=tables[outcome.model],
            tolerance_s=scored.tolerance_s,
            sheet=scored.sheets.get(outcome.model),
            remerged={factor: games_of(spots, truth) for factor, spots in outcome.remerged.items()},
            read_by=outcome.read_by,
            remarks=outcome.remarks,
            time_sources=outcome.time_sources,
            has_probability=outcome.has_probability,
        )
        for outcome in outcomes
    )
