"""All figures of one set of spots, in one call."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from touchline.games import SOCCERNET_V2, Task
from touchline.scores.calibration.study import CalibrationStudy, study_calibration
from touchline.scores.defaults import TOLERANCE_S
from touchline.scores.error_analysis import ErrorAnalysis, analyze_errors
from touchline.scores.events.event_columns import Games
from touchline.scores.events.event_table import EventTable, align_events
from touchline.scores.hallucination import (
    Hallucination,
    Watched,
    measure_hallucination,
    watched_labels,
)
from touchline.scores.metrics.metric import MetricInput
from touchline.scores.official.evaluator import OfficialScores, official_scores
from touchline.scores.precision_recall import PrecisionRecall, precision_recall_f1
from touchline.scores.registry import compute_figures, third_party_figures
from touchline.scores.segments import SegmentScores, segment_scores
from touchline.scores.team_accuracy import TeamScores, team_scores
from touchline.scores.thresholds import HeldOutThresholds, sweep_tolerances
from touchline.scores.timing import Timing, time_errors
from touchline.scores.uncertainty.game_counts import count_by_game
from touchline.scores.uncertainty.games_left_out import LeaveOneOut, leave_one_out
from touchline.scores.uncertainty.jackknife import Interval, class_intervals, intervals
from touchline.scores.uncertainty.sentences import interval_sentence

CLASS_METRICS = ("loose", "tight", "precision", "recall", "f1")
"""The metrics whose figures of each class have intervals."""


@dataclass(frozen=True, slots=True)
class ExtendedMetrics:
    """The figures beyond the official ones; `docs/metrics.md` defines them.

    `class_intervals` are of each metric that has them, then by class.
    """

    intervals: dict[str, Interval]
    class_intervals: dict[str, dict[str, Interval]]
    interval_sentence: str
    thresholds: tuple[HeldOutThresholds, ...]
    timing: Timing
    segments: SegmentScores
    team: TeamScores
    hallucination: Hallucination
    calibration: CalibrationStudy
    errors: ErrorAnalysis

    def to_json(self) -> dict[str, Any]:
        """As plain dictionaries."""
        return {
            "intervals": {name: asdict(interval) for name, interval in self.intervals.items()},
            "class_intervals": {
                name: {label: asdict(interval) for label, interval in by_class.items()}
                for name, by_class in self.class_intervals.items()
            },
            "interval_sentence": self.interval_sentence,
            "thresholds": [held_out.to_json() for held_out in self.thresholds],
            "timing": self.timing.to_json(),
            "segments": self.segments.to_json(),
            "team": self.team.to_json(),
            "hallucination": self.hallucination.to_json(),
            "calibration": self.calibration.to_json(),
            "errors": self.errors.to_json(),
        }


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
    extended: ExtendedMetrics | None
    figures: dict[str, float | None]

    @property
    def intervals(self) -> dict[str, tuple[float, float]]:
        """Low and high end of the interval around each figure that has one, by metric."""
        found = self.extended.intervals if self.extended else {}
        return {name: interval.ends for name, interval in found.items() if interval.ends}

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
    watched_ms: Watched | None = None,
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
    watched = watched_labels(games, half_ms, watched_ms)
    table = align_events(watched, task)
    official = official_scores(games, task)
    rates = precision_recall_f1(table, tolerance_s)
    extended = None
    if not quick:
        hallucination = measure_hallucination(
            table, tolerance_s, half_ms=half_ms, windows=windows, watched_ms=watched_ms
        )
        extended = _extended(games, watched, table, tolerance_s, hallucination)
    found = MetricInput(
        games=games,
        official=official,
        rates=rates,
        hallucination=extended.hallucination if extended else None,
        calibration=extended.calibration if extended else None,
    )
    return ScoreSheet(len(games), official, rates, extended, compute_figures(found))


def _extended(
    games: Games,
    watched: Games,
    table: EventTable,
    tolerance_s: float,
    hallucination: Hallucination,
) -> ExtendedMetrics:
    task = table.task
    counts = count_by_game(games, task, tolerance_s=tolerance_s, table=table)
    left_out = leave_one_out(counts) if len(games) > 1 else None
    return ExtendedMetrics(
        intervals=intervals(left_out) if left_out else {},
        class_intervals=_by_class(left_out, task) if left_out else {},
        interval_sentence=interval_sentence(len(games)),
        thresholds=sweep_tolerances(table),
        timing=time_errors(table),
        segments=segment_scores(table),
        team=team_scores(watched, task, tolerance_s, table),
        hallucination=hallucination,
        calibration=study_calibration(watched, task, tolerance_s, table=table),
        errors=analyze_errors(games, task, tolerance_s),
    )


def _by_class(left_out: LeaveOneOut, task: Task) -> dict[str, dict[str, Interval]]:
    return {
        metric: {
            label: interval
            for label, interval in zip(task.classes, class_intervals(left_out, metric), strict=True)
            if interval is not None
        }
        for metric in CLASS_METRICS
    }
