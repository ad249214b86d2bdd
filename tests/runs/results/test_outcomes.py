"""Coverage of windows that are asked several times, and what became of windows in a row's note."""

import json
from pathlib import Path

from typer.testing import CliRunner

from tests.support.endpoint import Endpoint, completion
from tests.support.videos import write_video
from touchline.cli.main import app
from touchline.replies import Detection, Outcome, Reading, TimeSource
from touchline.runs.planning.question_index import HalfQuestions
from touchline.runs.results.model_replies import ReadHalf
from touchline.runs.results.outcomes import _WindowCounts
from touchline.runs.results.uncovered import uncovered_stretches
from touchline.video import Window


def readings(*outcomes, samples):
    return [
        Reading(Window("g", 1, n // samples, 9, n // samples * 10, n // samples * 10 + 10, ()), one)
        for n, one in enumerate(outcomes)
    ]


def test_a_window_is_covered_if_any_of_its_samples_is_readable():
    nothing, failed = Outcome.NOTHING, Outcome.FAILED
    asked_twice = readings(
        nothing, failed, failed, failed, failed, failed, failed, nothing, samples=2
    )
    assert uncovered_stretches(asked_twice, 2) == ((10, 30),)
    assert uncovered_stretches(readings(nothing, failed, nothing, samples=1), 1) == ((10, 20),)


BENCH = """
data: {{root: data}}
models:
  - {{name: x, engine: openai, model: m, base_url: "{url}", in_flight: 1}}
prompt: base.v1
sampling: {{fps: 5, window: 3, stride: 3}}
scoring: {{min_coverage: 0}}
"""


def test_windows_shown_with_less_are_counted_in_the_row_and_said(tmp_path, monkeypatch, caplog):
    game = tmp_path / "data/league/2025-2026/a - b"
    for half in (1, 2):
        write_video(game / f"{half}_224p.mkv", range(0, 12_000, 200))
    (game / "Labels-v2.json").write_text('{"annotations": []}')
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TOUCHLINE_CACHE", str(tmp_path / "cache"))

    def at_most_4(body):
        shown = sum("image_url" in part for part in body["messages"][0]["content"])
        if shown > 4:
            return 400, {"error": {"message": f"got {shown} images, the limit is 4"}}, {}
        return 200, completion("None."), {}

    with Endpoint(at_most_4) as endpoint:
        Path("bench.yaml").write_text(BENCH.format(url=endpoint.base_url))
        ran = CliRunner().invoke(app, ["run", "bench.yaml", "--out", "run"])
    assert ran.exit_code == 0, ran.output
    rows = json.loads(Path("run/scores.json").read_text())["leaderboard"]
    note = next(row["note"] for row in rows if row["model"] == "x")
    assert "8 windows shown with less than planned, most often frames 15 to 4 (8)" in note
    assert [r for r in caplog.messages if "windows keep to 4 frames" in r]


def test_samples_are_compared_by_the_classes_that_readable_answers_claim():
    goal = Detection("Goal", "Goal", 1500, TimeSource.CENTRE, None, 0.5)
    spans = (0, 10), (0, 10), (0, 10), (10, 20), (10, 20), (10, 20)
    found = [
        Reading(Window("g", 1, 0, 2, start, end, ()), outcome, detections)
        for (start, end), (outcome, detections) in zip(
            spans,
            [
                (Outcome.EVENTS, (goal,)),
                (Outcome.EVENTS, (goal, goal)),
                (Outcome.FAILED, ()),
                (Outcome.NOTHING, ()),
                (Outcome.EVENTS, (goal,)),
                (Outcome.NOTHING, ()),
            ],
            strict=True,
        )
    ]
    keys = tuple("abcdef")
    asked = HalfQuestions(game="g", half=1, keys=keys, spans_ms=spans, samples=3)
    counts = _WindowCounts()
    counts.add(ReadHalf(asked, {}, tuple(found)))
    assert counts.stability is not None
    assert (counts.stability.windows, counts.stability.all, counts.stability.any) == (2, 0.5, 1)
    assert counts.stability.consistency == (1 + 1 / 3) / 2
