"""The figures beyond the official ones, of one set of spots.

Apart from `sheet`, which imports this only where they are asked for.
"""

from dataclasses import asdict, dataclass
from typing import Any

from touchline.games import Task
from touchline.scores.calibration.study import CalibrationStudy, study_calibration
from touchline.scores.error_analysis import ErrorAnalysis, analyze_errors
from touchline.scores.events.event_columns import Games
from touchline.scores.events.event_table import EventTable
from touchline.scores.hallucination import Hallucination
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

    `class_intervals` are of each metric that has them, then by class. There are no intervals of one
    game, and of spots that were fitted on the scored games.
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


def extended_metrics(
    games: Games,
    watched: Games,
    table: EventTable,
    tolerance_s: float,
    hallucination: Hallucination,
) -> ExtendedMetrics:
    """The figures beyond the official ones.

    Args:
        games: labels and spots by game id.
        watched: the same with the labels of what was watched.
        table: of the watched.
        tolerance_s: full width of the window in which a spot is right.
        hallucination: what was measured of it.
    """
    task = table.task
    counts = count_by_game(games, task, tolerance_s=tolerance_s, table=table)
    left_out = leave_one_out(counts) if len(games) > 1 else None
    return ExtendedMetrics(
        intervals=intervals(left_out) if left_out else {},
        class_intervals=intervals_by_class(left_out, task) if left_out else {},
        interval_sentence=interval_sentence(len(games)),
        thresholds=sweep_tolerances(table),
        timing=time_errors(table),
        segments=segment_scores(table),
        team=team_scores(watched, task, tolerance_s, table),
        hallucination=hallucination,
        calibration=study_calibration(watched, task, tolerance_s, table=table),
        errors=analyze_errors(games, task, tolerance_s),
    )


def intervals_by_class(left_out: LeaveOneOut, task: Task) -> dict[str, dict[str, Interval]]:
    """The intervals of each class, by metric that has them."""
    return {
        metric: {
            label: interval
            for label, interval in zip(task.classes, class_intervals(left_out, metric), strict=True)
            if interval is not None
        }
        for metric in CLASS_METRICS
    }
