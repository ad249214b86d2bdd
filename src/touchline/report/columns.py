"""The leaderboard's columns: one list that every form of the table is made from."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from touchline.report.data import Interval, Row
from touchline.report.text import dollars, duration, memory, number, percent, share, within


@dataclass(frozen=True, slots=True)
class Column:
    """One column of figures.

    Attributes:
        key: the attribute of `Row`, or the name of a tolerance, that it shows.
        title: its heading.
        explanation: one or two sentences on what it means.
        show: figure to text.
        best: "high" or "low", where one end is better; "" where neither is.
        always: whether it stands even where no row has a figure.
        terminal: its heading on a terminal, "" where there is no room for it there.
    """

    key: str
    title: str
    explanation: str
    show: Callable[[float], str]
    best: str = ""
    always: bool = False
    terminal: str = ""

    @property
    def heading(self) -> str:
        """The title, to be broken into lines only where that reads well."""
        return re.sub(r"(?<=[/×\d]) | (?=\d)", "\N{NO-BREAK SPACE}", self.title)

    def value(self, row: Row) -> float | None:
        """The row's figure, or None."""
        if self.key.startswith("at") and self.key[2:].isdigit():
            return (row.tolerances or {}).get(self.key)
        value = getattr(row, self.key)
        return None if value is None else float(value)

    def interval(self, row: Row) -> Interval | None:
        """The interval around the row's figure, or None."""
        return getattr(row, f"{self.key}_interval", None)


_AT = "SoccerNet's mAP with one tolerance of {0} s, which is ± {1:g} s around the truth, in %."

COLUMNS: tuple[Column, ...] = (
    Column(
        "loose",
        "Loose",
        "SoccerNet's average-mAP over tolerances of 5 to 60 s, in %: was it seen about there? "
        "The mean over all 17 classes of the average precision.",
        percent,
        "high",
        always=True,
        terminal="loose",
    ),
    Column(
        "tight",
        "Tight",
        "SoccerNet's average-mAP over tolerances of 1 to 5 s, in %: was it seen at that moment?",
        percent,
        "high",
        always=True,
        terminal="tight",
    ),
    *(
        Column(
            f"at{delta}",
            f"At {delta} s",
            _AT.format(delta, delta / 2),
            percent,
            "high",
        )
        for delta in range(1, 6)
    ),
    Column(
        "precision",
        "Precision",
        "Share of the spots that are right, in %.",
        percent,
        "high",
        terminal="prec.",
    ),
    Column(
        "recall",
        "Recall",
        "Share of the true events that were found, in %.",
        percent,
        "high",
        terminal="recall",
    ),
    Column(
        "f1", "F1", "Harmonic mean of precision and recall, in %.", percent, "high", terminal="F1"
    ),
    Column(
        "tolerance_s",
        "Tolerance",
        "How far from the truth a spot may stand and count as right for precision, recall and F1.",
        within,
    ),
    Column(
        "false_per_minute",
        "False / min",
        "Spots without a true event, a minute of video.",
        number,
        "low",
        terminal="false/min",
    ),
    Column(
        "calibration_error",
        "Calib. error",
        "Expected calibration error, in %: how far the confidence of a spot is from the share "
        "of such spots that are right.",
        percent,
        "low",
    ),
    Column(
        "coverage",
        "Coverage",
        "Share of the windows asked whose answer could be read. A score is flagged where "
        "the share is under the run's scoring.min_coverage: what failed was never judged.",
        share,
        "high",
        always=True,
        terminal="coverage",
    ),
    Column(
        "seconds",
        "Time",
        "Time on the clock that the model took.",
        duration,
        "low",
        terminal="time",
    ),
    Column(
        "windows_per_second",
        "Windows / s",
        "Windows answered a second.",
        number,
        "high",
    ),
    Column(
        "times_real_time",
        "× real time",
        "Seconds of video seen a second of computing; below 1 it cannot keep up with a match.",
        number,
        "high",
    ),
    Column("peak_memory_bytes", "Peak memory", "The largest memory in use.", memory, "low"),
    Column(
        "idle_share",
        "Idle",
        "Share of the time that the device stood idle because the next frames were not ready.",
        share,
        "low",
    ),
    Column(
        "cost_usd_per_hour",
        "Cost / h",
        "US dollars an hour of match.",
        dollars,
        "low",
    ),
    Column(
        "cost_usd", "Cost", "US dollars in all, failures that were billed included.", dollars, "low"
    ),
)


def shown(rows: Sequence[Row]) -> list[Column]:
    """The columns for which at least one row has a figure, and those that always stand.

    A tolerance that is the same everywhere is said once, by the table's caption.
    """
    columns = [c for c in COLUMNS if c.always or any(c.value(row) is not None for row in rows)]
    if common_tolerance(rows) is not None:
        columns = [column for column in columns if column.key != "tolerance_s"]
    return columns


def coverage_floor(rows: Sequence[Row]) -> str:
    """The least coverage that some of the rows fall short of, such as "99 %"; "" if none does."""
    floors = sorted({row.min_coverage for row in rows if row.short})
    return " or ".join(f"{100 * floor:g} %" for floor in floors)


def common_tolerance(rows: Sequence[Row]) -> float | None:
    """The one tolerance in seconds of every precision and recall, or None."""
    tolerances = {row.tolerance_s for row in rows if row.tolerance_s is not None}
    return tolerances.pop() if len(tolerances) == 1 else None
