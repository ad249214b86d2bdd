"""The section of replies: the outcome of each window, and how the replies were read."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from touchline.replies import Outcome
from touchline.report.data import ReportData
from touchline.report.leaderboard.ranking import ranked
from touchline.report.row import Row
from touchline.report.sections.section import ReportSection, SectionInput, own_template

_KINDS = tuple(outcome.value for outcome in Outcome)


@dataclass(frozen=True, slots=True)
class ReplyForms:
    """How a model's replies were read.

    Attributes:
        counts: replies by the parser that understood them. "json" and "null" repair nothing; each
            other parser reads what those before it could not.
        remarks: what the parsers had to remark, and in how many replies.
        time_sources: events by what their time was read from; "centre" is of those for which the
            reply named no time that can be right.
    """

    counts: Mapping[str, int]
    remarks: Mapping[str, int] = field(default_factory=dict)
    time_sources: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class BarPart:
    """A piece of a stacked bar that is 100 wide."""

    kind: str
    start: float
    width: float


@dataclass(frozen=True, slots=True)
class OutcomeLine:
    """The outcomes of the windows of one model."""

    model: str
    counts: tuple[int, ...]
    parts: tuple[BarPart, ...]


def outcome_lines(rows: Sequence[Row]) -> list[OutcomeLine]:
    """One line for each row that has outcomes, in the order of the leaderboard."""
    return [_outcome_line(line.row) for line in ranked(rows) if line.row.outcomes]


def _outcome_line(row: Row) -> OutcomeLine:
    counts = tuple((row.outcomes or {}).get(kind, 0) for kind in _KINDS)
    total = sum(counts) or 1
    parts = []
    start = 0.0
    for kind, count in zip(_KINDS, counts, strict=True):
        width = 100 * count / total
        if count:
            parts.append(BarPart(kind, round(start, 2), round(width, 2)))
        start += width
    return OutcomeLine(row.model, counts, tuple(parts))


def _measure(found: SectionInput) -> ReplyForms | None:
    if not found.read_by:
        return None
    return ReplyForms(found.read_by, found.remarks, found.time_sources)


def _context(data: ReportData) -> dict[str, Any] | None:
    lines = outcome_lines(data.rows)
    if not lines:
        return None
    return {"kinds": _KINDS, "lines": lines, "forms": data.measured("replies")}


SECTION = ReportSection(
    name="replies",
    title="Replies",
    template=own_template("replies"),
    measure=_measure,
    context=_context,
)
