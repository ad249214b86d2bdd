"""The section of the timelines: the truth of a half above one lane for each model."""

from typing import Any

from touchline.report.data import ReportData
from touchline.report.sections.section import ReportSection, own_template
from touchline.report.timeline_payload import classes_of


def _context(data: ReportData) -> dict[str, Any] | None:
    if not data.timelines:
        return None
    return {
        "classes": classes_of(data.timelines, data.task),
        "judged": any(lane.hits for half in data.timelines for lane in half.lanes),
    }


SECTION = ReportSection(
    name="timeline", title="Timeline", template=own_template("timeline"), context=_context
)
