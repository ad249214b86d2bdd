"""Everything there is to say about one set of spots, in one call."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from touchline.games import SOCCERNET_V2, Task
from touchline.scores.calibration import CalibrationStudy, study_calibration
from touchline.scores.errors import Errors, explain_errors
from touchline.scores.event_columns import Games
from touchline.scores.event_table import align_events
from touchline.scores.game_counts import count_by_game
from touchline.scores.hallucination import Hallucination, measure_hallucination
from touchline.scores.official import OfficialScores, official_scores
from touchline.scores.precision_recall import PrecisionRecall, precision_recall_f1
from touchline.scores.segments import SegmentScores, segment_scores
from touchline.scores.team import TeamScores, team_scores
from touchline.scores.thresholds import HeldOut, sweep_tolerances
from touchline.scores.timing import Timing, time_errors
from touchline.scores.uncertainty import Interval, intervals, too_few_games


@dataclass(frozen=True, slots=True)
class ExtendedMetrics:
    """The figures beyond the official ones; see each room's own words and `docs/metrics.md`."""

    intervals: dict[str, Interval]
    warning: str | None
    thresholds: tuple[HeldOut, ...]
    timing: Timing
    segments: SegmentScores
    team: TeamScores
    hallucination: Hallucination
    calibration: CalibrationStudy
    errors: Errors

    def to_json(self) -> dict[str, Any]:
        """As plain dictionaries."""
        return {
            "intervals": {name: asdict(interval) for name, interval in self.intervals.items()},
            "warning": self.warning,
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
        beyond: everything else, where it was asked for.
    """

    games: int
    official: OfficialScores
    rates: PrecisionRecall
    beyond: ExtendedMetrics | None

    def to_json(self) -> dict[str, Any]:
        """The official outputs by metric at the top, all else beside them."""
        return self.official.to_json() | {
            "games": self.games,
            "precision_recall": self.rates.to_json(),
            "beyond": None if self.beyond is None else self.beyond.to_json(),
        }


def score_sheet(
    games: Games,
    task: Task = SOCCERNET_V2,
    tolerance_s: float = 5.0,
    quick: bool = False,
    resamples: int = 1000,
    half_ms: Mapping[tuple[str, int], int] | None = None,
    windows: tuple[int, int] | None = None,
) -> ScoreSheet:
    """All figures of one set of spots.

    Args:
        games: labels and spots by game id.
        task: classes and rules.
        tolerance_s: full width of the window in which a spot is right, where one is needed.
        quick: only the official figures, precision, recall and F1.
        resamples: draws for the intervals.
        half_ms: lengths of halves, see `measure_hallucination`.
        windows: windows answered and those answered "nothing", see `measure_hallucination`.
    """
    aligned = align_events(games, task)
    figures = official_scores(games, task)
    rates = precision_recall_f1(aligned, tolerance_s)
    if quick:
        return ScoreSheet(len(games), figures, rates, None)
    return ScoreSheet(
        len(games),
        figures,
        rates,
        ExtendedMetrics(
            intervals(count_by_game(games, task, tolerance_s=tolerance_s), resamples)
            if len(games) > 1
            else {},
            too_few_games(len(games)),
            sweep_tolerances(aligned),
            time_errors(aligned),
            segment_scores(aligned),
            team_scores(games, task, tolerance_s, aligned),
            measure_hallucination(aligned, tolerance_s, half_ms=half_ms, windows=windows),
            study_calibration(games, task, tolerance_s, aligned=aligned),
            explain_errors(games, task, tolerance_s),
        ),
    )
