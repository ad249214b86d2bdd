"""What a section of the report is."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from touchline.report.data import ReportData
from touchline.report.figures.figure import Figure
from touchline.scores import EventTable, Games, ScoreSheet


@dataclass(frozen=True, slots=True, kw_only=True)
class SectionInput:
    """What sections can measure about one model.

    Attributes:
        model: its name, as on the leaderboard.
        is_baseline: whether it is a null baseline.
        games: labels and spots of each labelled game.
        events: the same as columns.
        tolerance_s: full width of the window around a truth in which a spot is right.
        sheet: its scores; None where it was not scored.
        remerged: labels and spots with other merge windows, by the factor to the run's own.
        read_by: replies by the parser that understood them.
        remarks: what the parsers had to remark, and in how many replies.
        time_sources: events that replies report, by what their time was read from.
        has_probability: whether its confidences are meant as probabilities.
    """

    model: str
    is_baseline: bool
    games: Games
    events: EventTable
    tolerance_s: float
    sheet: ScoreSheet | None = None
    remerged: Mapping[float, Games] = field(default_factory=dict)
    read_by: Mapping[str, int] = field(default_factory=dict)
    remarks: Mapping[str, int] = field(default_factory=dict)
    time_sources: Mapping[str, int] = field(default_factory=dict)
    has_probability: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportSection:
    """A section of the report.

    Attributes:
        name: identifies it; its anchor in the page is the name with dashes.
        title: its heading, also in the page's contents.
        template: Jinja source of its body; everything is escaped. `plots.html.j2` can be included
            where its figures go.
        measure: what it needs from the scores of one model; None where there is nothing to show.
        context: values for the template, or None to omit the section. By default the section has
            `models`, what was measured by model, and is omitted where nothing was.
        figures: its plots.
    """

    name: str
    title: str
    template: str
    measure: Callable[[SectionInput], Any] | None = None
    context: Callable[[ReportData], Mapping[str, Any] | None] | None = None
    figures: Callable[[ReportData], list[Figure]] | None = None

    @property
    def anchor(self) -> str:
        """Its place in the page."""
        return self.name.replace("_", "-")

    def values(self, data: ReportData) -> Mapping[str, Any] | None:
        """Values for its template, or None where the page omits it."""
        if self.context is not None:
            return self.context(data)
        models = data.measured(self.name)
        return {"models": models} if models else None


def own_template(name: str) -> str:
    """The source of a built-in section's body, which is a file of `templates/sections`."""
    return f'{{% include "sections/{name}.html.j2" %}}'
