"""A package of its own adds a merge method, a format, a metric and a report section."""

import os
import subprocess
import sys
from pathlib import Path

CODE = """
import numpy as np
from touchline.report import ReportSection
from touchline.scores import Metric
from touchline.spots import Format, MergeMethod, Peaks

def every_claim(claims, weight, settings):
    return Peaks(claims.time_ms, weight)

METHOD = MergeMethod(
    name="every", description="Every claim is an event.", find_peaks=every_claim,
    counts_agreement=False,
)
FORMAT = Format(
    name="lines", suffix=".lines", description="One line each.",
    write=lambda videos, settings: "".join(
        f"{event.position_ms} {event.label}\\n" for event in videos[0].events
    ),
)

def spots_per_label(found):
    labels = sum(len(labels) for labels, _ in found.games.values())
    return sum(len(spots) for _, spots in found.games.values()) / max(1, labels)

METRIC = Metric(
    name="spots_per_label", definition="Spots per true event.", heading="Spots / event",
    compute=spots_per_label, better="low", terminal_heading="per event",
)
SECTION = ReportSection(
    name="spot_counts", title="Spot counts",
    template="<ul>{% for model, count in models.items() %}<li>{{ model|name }}: {{ count }}</li>"
    "{% endfor %}</ul>",
    measure=lambda found: sum(len(spots) for _, spots in found.games.values()),
)
"""

POINTS = """
[touchline.merge_methods]
every = more_of_touchline:METHOD
[touchline.formats]
lines = more_of_touchline:FORMAT
[touchline.metrics]
spots_per_label = more_of_touchline:METRIC
[touchline.report_sections]
spot_counts = more_of_touchline:SECTION
"""

SCRIPT = """
import io, sys
from datetime import UTC, datetime
from pathlib import Path
from rich.console import Console
from touchline.games import SOCCERNET_V2, Label
from touchline.replies import Detection, Outcome, Reading, TimeSource
from touchline.report import (
    ReportData, Row, SectionInput, leaderboard_csv, leaderboard_json, measure_sections, render,
    score_grids, terminal_table,
)
from touchline.scores import align_events, score_sheet
from touchline.spots import MergeSettings, export_spots, merge_readings
from touchline.video import Window

here = Path(sys.argv[1])
readings = []
for start in (0, 2000):
    window = Window("g", 1, start // 2000, 2, start, start + 3000, ())
    claim = Detection("Goal", "Goal", window.centre_ms, TimeSource.CENTRE, None, 0.5)
    readings.append(Reading(window, Outcome.EVENTS, (claim,)))
spots = merge_readings(readings, MergeSettings(method="every"))
assert [(one.position_ms, one.confidence) for one in spots] == [(1500, 0.5), (3500, 0.5)]

export_spots(spots, here / "spots.lines")
assert (here / "spots.lines").read_text() == "1500 Goal\\n3500 Goal\\n"

games = {"g": ([Label(1, 1500, "Goal")], spots)}
sheet = score_sheet(games, quick=True)
assert sheet.to_json()["metrics"] == {"spots_per_label": 2.0}
assert score_grids(sheet)[-1].rows == (("Spots / event", "2.00"),)
row = Row(model="m", coverage=1.0).with_scores(sheet.figures, sheet.intervals)
assert leaderboard_json([row])[0]["spots_per_label"] == 2.0
assert "spots_per_label" in leaderboard_csv([row]).splitlines()[0]
console = Console(width=160, file=io.StringIO())
console.print(terminal_table([row], 160))
assert "per event" in console.file.getvalue()

found = SectionInput(
    model="m", is_baseline=False, games=games, events=align_events(games), tolerance_s=5.0
)
data = ReportData(
    title="t", created=datetime(2026, 1, 1, tzinfo=UTC), task=SOCCERNET_V2, rows=(row,),
    sections=measure_sections([found]),
)
page = render(data, here / "index.html").read_text()
assert '<a href="#spot-counts">Spot counts</a>' in page
assert '<section id="spot-counts"' in page
assert "<li>m: 2</li>" in page
assert "Spots per true event." in page
"""


def test_one_package_adds_all_four(tmp_path: Path) -> None:
    site = tmp_path / "site"
    info = site / "more_of_touchline-1.dist-info"
    info.mkdir(parents=True)
    (site / "more_of_touchline.py").write_text(CODE)
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: more-of-touchline\nVersion: 1\n")
    (info / "entry_points.txt").write_text(POINTS)
    paths = [str(site), *filter(None, [os.environ.get("PYTHONPATH")])]
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, str(tmp_path)],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(paths)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
