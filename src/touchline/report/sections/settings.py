"""The section of settings: what is needed to repeat the run."""

from touchline.report.data import RunSettings
from touchline.report.sections.section import ReportSection, own_template

SECTION = ReportSection(
    name="settings",
    title="Settings",
    template=own_template("settings"),
    context=lambda data: None if data.settings == RunSettings() else {},
)
