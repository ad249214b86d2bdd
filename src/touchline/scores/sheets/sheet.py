"""All figures of one set of spots, in one call."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from touchline.games import SOCCERNET_V2, Task
from touchline.scores.defaults import TOLERANCE_S
from touchline.scores.events.event_columns import Games, raw_events
from touchline.scores.events.event_table import align_events
from touchline.scores.metrics.metric import MetricInput
from touchline.scores.official.evaluator import OfficialScores, official_scores
from touchline.scores.precision_recall import PrecisionRecall, precision_recall_f1
from touchline.scores.registry import compute_figures, third_party_figures

if TYPE_CHECKING:
    from touchline.scores.hallucination import Watched
    from touchline.scores.sheets.extended import ExtendedMetrics
    from touchline.scores.uncertainty.games_left_out import LeaveOneOut


@dataclass(frozen=True, slots=True)
class ScoreSheet:
    """All figures of one set of spots.

    Attributes:
        games: how many games were scored.
        official: the official figures.
        rates: precision, recall and F1 at one tolerance.
        extended: everything else, where it was asked for.
        figures: of the leaderboard's metrics, by name.
    """

    games: int
    official: OfficialScores
    rates: PrecisionRecall
    extended: "ExtendedMetrics | None"
    figures: dict[str, float | None]

    @property
    def intervals(self) -> dict[str, tuple[float, float]]:
        """Low and high end of the interval around each figure that has one, by metric."""
        found = self.extended.intervals if self.extended else {}
        return {name: interval.ends for name, interval in found.items() if interval.ends}

    def without_intervals(self, reason: str) -> "ScoreSheet":
        """The same without intervals, and why there are none, as a sentence."""
        if self.extended is None:
            return self
        extended = replace(
            self.extended, intervals={}, class_intervals={}, interval_sentence=reason
        )
        return replace(self, extended=extended)

    def with_intervals(self, left_out: "LeaveOneOut", what: str) -> "ScoreSheet":
        """The same with the intervals of figures without each game, and what they are."""
        if self.extended is None:
            return self
        from touchline.scores.sheets.extended import intervals_by_class
        from touchline.scores.uncertainty.jackknife import intervals

        said = f"{self.extended.interval_sentence} The {what}."
        extended = replace(
            self.extended,
            intervals=intervals(left_out),
            class_intervals=intervals_by_class(left_out, self.official.task),
            interval_sentence=said,
        )
        return replace(self, extended=extended)

    @property
    def added_figures(self) -> dict[str, float | None]:
        """The figures whose metrics come from third-party packages."""
        return third_party_figures(self.figures)

    def to_json(self) -> dict[str, Any]:
        """The official outputs by metric at the top, all else beside them."""
        added = self.added_figures
        return (
            self.official.to_json()
            | {
                "games": self.games,
                "precision_recall": self.rates.to_json(),
                "beyond": None if self.extended is None else self.extended.to_json(),
            }
            | ({"metrics": added} if added else {})
        )


def score_sheet(
    games: Games,
    task: Task = SOCCERNET_V2,
    tolerance_s: float = TOLERANCE_S,
    quick: bool = False,
    half_ms: Mapping[tuple[str, int], int] | None = None,
    windows: tuple[int, int] | None = None,
    watched_ms: "Watched | None" = None,
) -> ScoreSheet:
    """All figures of one set of spots.

    The official figures and what fixing errors would gain count all labels, as the official
    evaluator does; everything else counts the labels of what was watched.

    Args:
        games: labels and spots by game id.
        task: classes and rules.
        tolerance_s: full width of the window in which a spot is right, where one is needed.
        quick: only the official figures, precision, recall and F1.
        half_ms: lengths of halves, see `measure_hallucination`.
        windows: windows answered and those answered "nothing", see `measure_hallucination`.
        watched_ms: from where to where halves were watched, see `measure_hallucination`.
    """
    watched = games
    if half_ms or watched_ms:
        from touchline.scores.hallucination import watched_labels

        watched = watched_labels(games, half_ms, watched_ms)
    columns = raw_events(games, task)
    table = align_events(watched, task, columns if watched is games else None)
    official = official_scores(games, task, columns=columns)
    rates = precision_recall_f1(table, tolerance_s)
    extended = None
    if not quick:
        # Not imported where only the official figures are asked for: it takes as long as they do.
        from touchline.scores.hallucination import measure_hallucination
        from touchline.scores.sheets.extended import extended_metrics

        hallucination = measure_hallucination(
            table, tolerance_s, half_ms=half_ms, windows=windows, watched_ms=watched_ms
        )
        extended = extended_metrics(games, watched, table, tolerance_s, hallucination)
    found = MetricInput(
        games=games,
        official=official,
        rates=rates,
        hallucination=extended.hallucination if extended else None,
        calibration=extended.calibration if extended else None,
    )
    return ScoreSheet(len(games), official, rates, extended, compute_figures(found))
