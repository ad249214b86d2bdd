"""From spots to the rows of a leaderboard."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from touchline.games import Label
from touchline.replies import Outcome
from touchline.report import Row
from touchline.scores import official, precision_recall_f1
from touchline.scores.official import Official
from touchline.spots import Spot

Stretches = Mapping[tuple[str, int], tuple[tuple[int, int], ...]]


@dataclass(frozen=True, slots=True)
class ModelOutcome:
    """What one model came to.

    Attributes:
        model: its name.
        is_baseline: whether it is a null baseline.
        spots: its spots by game.
        outcomes: windows by what became of them.
        coverage: share of windows answered readably, from 0 to 1.
        uncovered: by game and half, the stretches (from, to) in ms without such an answer.
        seconds: time that the model took, or None where requests overlapped.
        mended: replies by the reader that understood them.
        problems: failed windows by what went wrong.
    """

    model: str
    is_baseline: bool
    spots: Mapping[str, list[Spot]]
    outcomes: Mapping[Outcome, int]
    coverage: float
    uncovered: Stretches = field(default_factory=dict)
    seconds: float | None = None
    mended: Mapping[str, int] = field(default_factory=dict)
    problems: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Scored:
    """A leaderboard and what stands behind it.

    Attributes:
        rows: one a model.
        figures: official figures by model; a model under the least coverage has none.
    """

    rows: tuple[Row, ...]
    figures: Mapping[str, Official]

    @property
    def official(self) -> dict[str, Any]:
        """The official outputs of each model, by the package's names."""
        return {model: figures.to_json() for model, figures in self.figures.items()}


def score_rows(
    outcomes: Sequence[ModelOutcome],
    truth: Mapping[str, list[Label]],
    tolerance_s: float,
    min_coverage: float,
) -> Scored:
    """Scores every model that answered enough of its windows.

    Args:
        outcomes: the models.
        truth: labels by game; only these games count.
        tolerance_s: for precision, recall and F1.
        min_coverage: from 0 to 1; a model below it gets no score, only a reason.
    """
    rows: list[Row] = []
    figures: dict[str, Official] = {}
    for outcome in outcomes:
        games = {game: (labels, outcome.spots.get(game, [])) for game, labels in truth.items()}
        scored = bool(truth) and outcome.coverage >= min_coverage
        if scored:
            figures[outcome.model] = official(games)
        rates = precision_recall_f1(games, tolerance_s).micro if scored else None
        rows.append(
            Row(
                model=outcome.model,
                kind="baseline" if outcome.is_baseline else "model",
                loose=figures[outcome.model].loose.a_map if scored else None,
                tight=figures[outcome.model].tight.a_map if scored else None,
                coverage=outcome.coverage,
                outcomes={str(name): count for name, count in outcome.outcomes.items()},
                precision=rates.precision if rates else None,
                recall=rates.recall if rates else None,
                f1=rates.f1 if rates else None,
                tolerance_s=tolerance_s if rates else None,
                tolerances=_single_tolerances(figures[outcome.model]) if scored else None,
                seconds=outcome.seconds,
                windows_per_second=_rate(outcome),
                note=_note(outcome, scored, bool(truth), min_coverage),
            )
        )
    return Scored(tuple(rows), figures)


def _single_tolerances(figures: Official) -> dict[str, float]:
    return {f"at{second}": figures.metrics[f"at{second}"].a_map for second in range(1, 6)}


def _rate(outcome: ModelOutcome) -> float | None:
    asked = sum(outcome.outcomes.values()) - outcome.outcomes.get(Outcome.FAILED, 0)
    return asked / outcome.seconds if outcome.seconds else None


def _note(outcome: ModelOutcome, scored: bool, labelled: bool, min_coverage: float) -> str:
    notes = []
    if labelled and not scored:
        notes.append(
            f"not scored: {outcome.coverage:.1%} of its windows have a readable answer, under "
            f"{min_coverage:.0%} (scoring.min_coverage)"
        )
    if outcome.problems:
        problem, count = max(outcome.problems.items(), key=lambda item: item[1])
        notes.append(f"{sum(outcome.problems.values())} windows failed; {count} with '{problem}'")
    return "; ".join(notes)
