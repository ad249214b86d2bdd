"""What a person sees: one self-contained page, and the leaderboard in every form of a table."""

from touchline.report.data import (
    COVERAGE_FLOOR,
    ClassTable,
    Lane,
    ReportData,
    Row,
    Settings,
    Text,
    Timeline,
)
from touchline.report.export import export
from touchline.report.page import render
from touchline.report.papers import leaderboard_csv, leaderboard_latex, leaderboard_markdown
from touchline.report.sections import (
    Confusion,
    ErrorCost,
    PrecisionRecallCurve,
    Reliability,
    ReplyForms,
    Sections,
    Sensitivity,
    TimeErrors,
)
from touchline.report.tables import leaderboard_json, terminal_table

__all__ = [
    "COVERAGE_FLOOR",
    "ClassTable",
    "Confusion",
    "ErrorCost",
    "Lane",
    "PrecisionRecallCurve",
    "Reliability",
    "ReplyForms",
    "ReportData",
    "Row",
    "Sections",
    "Sensitivity",
    "Settings",
    "Text",
    "TimeErrors",
    "Timeline",
    "export",
    "leaderboard_csv",
    "leaderboard_json",
    "leaderboard_latex",
    "leaderboard_markdown",
    "render",
    "terminal_table",
]
