"""Claims against the truth: the official SoccerNet figures and everything beyond them.

Labels and spots in, numbers out; no files. Times are milliseconds, figures go from 0 to 1.
"""

from touchline.games.tasks import BALL_2, BALL_12, SOCCERNET_V1, SOCCERNET_V2, TASKS, Task
from touchline.scores.aligned import Aligned, align
from touchline.scores.columns import Games
from touchline.scores.official import METRICS, Averages, Official, official
from touchline.scores.pr import Mean, PrecisionRecall, Rates, precision_recall_f1
from touchline.scores.quirks import Quirk
from touchline.scores.team_ball import TeamBall, official_team_ball

__all__ = [
    "BALL_2",
    "BALL_12",
    "METRICS",
    "SOCCERNET_V1",
    "SOCCERNET_V2",
    "TASKS",
    "Aligned",
    "Averages",
    "Games",
    "Mean",
    "Official",
    "PrecisionRecall",
    "Quirk",
    "Rates",
    "Task",
    "TeamBall",
    "align",
    "official",
    "official_team_ball",
    "precision_recall_f1",
]
