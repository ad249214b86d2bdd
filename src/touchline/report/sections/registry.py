"""The sections in the page's order; packages add theirs as entry points of
`touchline.report_sections`, which follow the built-in ones.
"""

from collections.abc import Iterable
from typing import Any

from touchline.registry import Registry
from touchline.report.sections import (
    classes,
    confusion,
    error_analysis,
    events,
    games,
    leaderboard,
    replies,
    settings,
    sweep,
    timeline,
)
from touchline.report.sections.plotted import (
    precision_recall,
    reliability,
    sensitivity,
    time_errors,
)
from touchline.report.sections.section import ReportSection, SectionInput

_BUILT_IN = (
    events.SECTION,
    leaderboard.SECTION,
    sweep.SECTION,
    timeline.SECTION,
    classes.SECTION,
    games.SECTION,
    precision_recall.SECTION,
    confusion.SECTION,
    error_analysis.SECTION,
    reliability.SECTION,
    time_errors.SECTION,
    sensitivity.SECTION,
    replies.SECTION,
    settings.SECTION,
)

REPORT_SECTIONS = Registry(
    "report section",
    "touchline.report_sections",
    ReportSection,
    {section.name: section for section in _BUILT_IN},
)


def measure_sections(models: Iterable[SectionInput]) -> dict[str, dict[str, Any]]:
    """What every section measures, by section and model."""
    found: dict[str, dict[str, Any]] = {section.name: {} for section in REPORT_SECTIONS.all()}
    for model in models:
        for section in REPORT_SECTIONS.all():
            measured = section.measure(model) if section.measure else None
            if measured is not None:
                found[section.name][model.model] = measured
    return found
