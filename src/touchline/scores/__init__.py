"""Claims against the truth: the official SoccerNet figures and everything beyond them.

Labels and spots in, numbers out; no files. Times are milliseconds, figures go from 0 to 1.
"""

from touchline.games.tasks import BALL_2, BALL_12, SOCCERNET_V1, SOCCERNET_V2, TASKS, Task
from touchline.scores.aligned import Aligned, align
from touchline.scores.calibration import CalibrationStudy, calibration
from touchline.scores.columns import Games
from touchline.scores.confusion import ClassConfusion, class_confusion
from touchline.scores.errors import Errors, explain_errors
from touchline.scores.hallucination import Hallucination, hallucination
from touchline.scores.official import METRICS, Averages, Official, official
from touchline.scores.pr import Mean, PrecisionRecall, Rates, precision_recall_f1
from touchline.scores.quirks import Quirk
from touchline.scores.segments import SegmentScores, segment_scores
from touchline.scores.sheet import Beyond, ScoreSheet, score_sheet
from touchline.scores.tally import Tally, tally
from touchline.scores.team import TeamScores, team_scores
from touchline.scores.team_ball import TeamBall, official_team_ball
from touchline.scores.thresholds import (
    HeldOut,
    held_out_thresholds,
    precision_recall_curve,
    sweep_tolerances,
)
from touchline.scores.timing import Timing, time_errors
from touchline.scores.uncertainty import (
    Interval,
    PairTest,
    compare_models,
    holm,
    intervals,
    too_few_games,
)

__all__ = [
    "BALL_2",
    "BALL_12",
    "METRICS",
    "SOCCERNET_V1",
    "SOCCERNET_V2",
    "TASKS",
    "Aligned",
    "Averages",
    "Beyond",
    "CalibrationStudy",
    "ClassConfusion",
    "Errors",
    "Games",
    "Hallucination",
    "HeldOut",
    "Interval",
    "Mean",
    "Official",
    "PairTest",
    "PrecisionRecall",
    "Quirk",
    "Rates",
    "ScoreSheet",
    "SegmentScores",
    "Tally",
    "Task",
    "TeamBall",
    "TeamScores",
    "Timing",
    "align",
    "calibration",
    "class_confusion",
    "compare_models",
    "explain_errors",
    "hallucination",
    "held_out_thresholds",
    "holm",
    "intervals",
    "official",
    "official_team_ball",
    "precision_recall_curve",
    "precision_recall_f1",
    "score_sheet",
    "segment_scores",
    "sweep_tolerances",
    "tally",
    "team_scores",
    "time_errors",
    "too_few_games",
]
