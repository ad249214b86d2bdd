"""Parts of a report in the shape in which the page's templates want them."""

from collections.abc import Sequence
from dataclasses import dataclass

from touchline.replies import Outcome
from touchline.report.data import ClassTable, Row
from touchline.report.embed import data_address
from touchline.report.ranking import in_order, ranked
from touchline.report.table_export import leaderboard_csv, leaderboard_latex, leaderboard_markdown

HEAT_LEVELS = 10
_KINDS = tuple(outcome.value for outcome in Outcome)


@dataclass(frozen=True, slots=True)
class HeatCell:
    """A figure and the style class of its shade."""

    score: float | None
    level: str


@dataclass(frozen=True, slots=True)
class HeatLine:
    """One class: its true events and a cell a model."""

    label: str
    truths: int
    cells: tuple[HeatCell, ...]


@dataclass(frozen=True, slots=True)
class Heat:
    """A table of classes against models with shaded cells."""

    metric: str
    models: tuple[str, ...]
    lines: tuple[HeatLine, ...]


def heat(table: ClassTable, rows: Sequence[Row]) -> Heat:
    """Shade a table: level 0 for 0, level 9 for the table's best figure; best model first."""
    figures = [figure or 0.0 for scores in table.scores.values() for figure in scores]
    best = max(figures, default=0.0) or 1.0
    models = tuple(in_order(table.scores, rows))
    lines = tuple(
        HeatLine(label, truths, tuple(_cell(table.scores[m][index], best) for m in models))
        for index, (label, truths) in enumerate(zip(table.labels, table.truths, strict=True))
    )
    return Heat(table.metric, models, lines)


def _cell(score: float | None, best: float) -> HeatCell:
    if score is None:
        return HeatCell(None, "none")
    return HeatCell(score, f"h{round((HEAT_LEVELS - 1) * score / best)}")


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a stacked bar that is 100 wide."""

    kind: str
    start: float
    width: float


@dataclass(frozen=True, slots=True)
class OutcomeLine:
    """What became of the windows of one model."""

    model: str
    counts: tuple[int, ...]
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Outcomes:
    """What became of all windows: the kinds in order and a line a model."""

    kinds: tuple[str, ...]
    lines: tuple[OutcomeLine, ...]


def outcomes(rows: Sequence[Row]) -> Outcomes | None:
    """The counts of the rows that have any, or None."""
    lines = tuple(_outcome_line(line.row) for line in ranked(rows) if line.row.outcomes)
    return Outcomes(_KINDS, lines) if lines else None


def _outcome_line(row: Row) -> OutcomeLine:
    counts = tuple((row.outcomes or {}).get(kind, 0) for kind in _KINDS)
    total = sum(counts) or 1
    parts = []
    start = 0.0
    for kind, count in zip(_KINDS, counts, strict=True):
        width = 100 * count / total
        if count:
            parts.append(Part(kind, round(start, 2), round(width, 2)))
        start += width
    return OutcomeLine(row.model, counts, tuple(parts))


@dataclass(frozen=True, slots=True)
class Save:
    """A link that saves a table as a file."""

    title: str
    name: str
    address: str


def saves(rows: Sequence[Row]) -> list[Save]:
    """Links to the leaderboard in each form; the files are inside the links."""
    return [
        Save("CSV", "leaderboard.csv", data_address(leaderboard_csv(rows), "text/csv")),
        Save(
            "Markdown", "leaderboard.md", data_address(leaderboard_markdown(rows), "text/markdown")
        ),
        Save("LaTeX", "leaderboard.tex", data_address(leaderboard_latex(rows), "text/x-tex")),
    ]
