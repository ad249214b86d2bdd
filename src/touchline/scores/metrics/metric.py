"""What a metric of the leaderboard is."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from touchline.scores.events.event_columns import Games
from touchline.scores.official.evaluator import OfficialScores
from touchline.scores.precision_recall import PrecisionRecall

if TYPE_CHECKING:
    from touchline.scores.calibration.study import CalibrationStudy
    from touchline.scores.hallucination import Hallucination

Format = Literal["percent", "share", "number", "duration", "memory", "dollars", "tolerance"]
"""How a figure is printed: "percent" (0.5 as 50.00), "share" (0.5 as "50.0 %", rounded down),
"number", "duration" (seconds), "memory" (bytes), "dollars", or "tolerance" (a full width in seconds
as "± 2.5 s")."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MetricInput:
    """What a metric is computed from.

    Attributes:
        games: labels and spots by game id.
        official: the official figures.
        rates: precision, recall and F1.
        hallucination: None where it was not measured.
        calibration: None where it was not measured.
    """

    games: Games
    official: OfficialScores
    rates: PrecisionRecall
    hallucination: "Hallucination | None" = None
    calibration: "CalibrationStudy | None" = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Metric:
    """One figure of a model: how it is defined, computed and shown.

    Attributes:
        name: its key in JSON and CSV.
        definition: one sentence, for the legend and the documentation.
        heading: of its column.
        format: how it is printed.
        compute: computes it; None is shown as a dash. A metric without `compute` is a fact of the
            run, such as its cost, which the run supplies.
        better: which end is better, "" where neither is.
        terminal_heading: of its column on a terminal; "" leaves it out there.
        always_shown: whether its column is shown even where no model has a figure.
        shows_interval: whether the 95 % interval is shown, where it was computed.
        json_group: the key in JSON under which it is nested, "" for none.
        of_some_tasks: whether only some tasks have it: others do not even list it as unknown.
        needs_probability: whether it means something only where confidences are meant as
            probabilities; rows whose confidences are ranks or sums of weights do not have it.
        caption: a sentence with {0} for the figure: it replaces the column where all models have
            the same figure.
    """

    name: str
    definition: str
    heading: str
    format: Format = "number"
    compute: Callable[[MetricInput], float | None] | None = None
    better: Literal["high", "low", ""] = ""
    terminal_heading: str = ""
    always_shown: bool = False
    shows_interval: bool = False
    json_group: str = ""
    of_some_tasks: bool = False
    needs_probability: bool = False
    caption: str = ""
