"""Which windows have to do with a moment, and whether the question shown is the one asked."""

import io
import json
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image

from touchline.errors import UserError
from touchline.games import SOCCERNET_V2
from touchline.models import Reply
from touchline.replies import Outcome, Reading, Record, parse_reply
from touchline.replies.types import Detection, TimeSource
from touchline.runs import build_plan, finish, parse_bench, read_bench, run
from touchline.spots import MergeSettings
from touchline.video import Window
from touchline.view import open_run
from touchline.view.details import moment, window_facts
from touchline.view.shown_questions import prompt_facts, question_of, shown_frame
from touchline.view.viewed_run import AskedWindow

MERGING = MergeSettings(window=9, named_window=3)


def asked(index: int, *claims: tuple[str, int, TimeSource]) -> AskedWindow:
    start = index * 2000
    window = Window("g", 1, index, 10, start, start + 3000, ())
    found = tuple(Detection(name, name, at, how, None, None) for name, at, how in claims)
    outcome = Outcome.EVENTS if claims else Outcome.NOTHING
    return AskedWindow(f"key{index}", Reading(window, outcome, found), None)


def test_claims_come_first_and_nearest_first() -> None:
    named, centre = TimeSource.SECONDS, TimeSource.CENTRE
    windows = [
        asked(0, ("Goal", 2900, named)),  # 2.1 s away
        asked(1),
        asked(2, ("Foul", 5000, named)),
        asked(3, ("Goal", 8500, named)),  # 3.5 s away: past the reach of a named time
        asked(4, ("Goal", 9500, centre)),  # 4.5 s away: a centre reaches further
        asked(9, ("Goal", 19_500, centre)),
    ]
    told = [(one["index"], one["claims"]) for one in moment(windows, 5000, "Goal", MERGING)]
    assert told == [(0, True), (4, True), (2, False)]
    told = [(one["index"], one["claims"]) for one in moment(windows, 4500, None, MERGING)]
    assert told == [(1, False), (2, False)]


def test_log_probabilities_are_told() -> None:
    reply = Reply("key0", "Goal", tokens=(("Go", -0.5), ("al\u202e", float("-inf"))))
    one = asked(0)
    told = window_facts(replace(one, record=Record(one.reading.window, 1, reply)))
    # A reply holds no infinite numbers, so there is none to show.
    assert told["tokens"] == [("Go", -0.5), ("al⟨U+202E⟩", -9999.0)]


def test_a_detection_tells_what_found_it_and_what_its_time_was_read_from() -> None:
    window = Window("g", 1, 0, 1, 0, 3000, (0, 1000, 2000))
    reading = parse_reply('{"Corner": [1.4], "Goal": "no"}', "stop", window, SOCCERNET_V2)
    (told,) = window_facts(AskedWindow("key0", reading, None))["detections"]
    assert (told["label"], told["rule"], told["time_source"]) == (
        "Corner",
        "class as key",
        "seconds",
    )


def test_the_question_shown_is_the_one_that_was_asked(whole_run: Path) -> None:
    run = open_run(whole_run)
    half, model = run.halves[1].half, "baseline/prior"
    one = run.asked(model, half)[7]
    wanted = question_of(run, model, half, 7)
    facts = prompt_facts(one, wanted)
    assert facts["same"]
    assert len(facts["frame_times_ms"]) == 15
    assert shown_frame(wanted, 14)[:2] == b"\xff\xd8"
    with pytest.raises(IndexError):
        shown_frame(wanted, 15)
    assert not prompt_facts(replace(one, key="another"), wanted)["same"]


def test_frames_are_shown_with_the_flow_that_the_model_saw_beside_them(tmp_path: Path) -> None:
    text = (
        'data: {root: "builtin:demo"}\nmodels: [baseline/random]\n'
        "sampling: {height: 64, fps: 1, window: 3, stride: 60, flow: beside}\n"
    )
    run(build_plan(parse_bench(text, "b", Path()), "flow"), tmp_path / "run", lambda *_: None)
    viewed = open_run(tmp_path / "run")
    question = question_of(viewed, "baseline/random", viewed.halves[0].half, 0)
    with Image.open(io.BytesIO(shown_frame(question, 1))) as image:
        assert image.size == (228, 64)


def test_a_prompt_that_changed_since_is_told(run_folder: Path) -> None:
    plan = run_folder / "plan.json"
    facts = json.loads(plan.read_text())
    facts["prompt"]["source"] += " Answer at once."
    del facts["checksum"]
    plan.write_text(json.dumps(facts))
    run = open_run(run_folder)
    half, model = run.halves[0].half, "baseline/prior"
    wanted = question_of(run, model, half, 0)
    assert not prompt_facts(run.asked(model, half)[0], wanted)["same"]


def test_a_run_made_from_other_runs_has_no_replies(run_folder: Path) -> None:
    (run_folder / "questions").rename(run_folder / "gone")
    run = open_run(run_folder)
    with pytest.raises(UserError, match="was fused from other runs"):
        run.asked("baseline/prior", run.halves[0].half)


def test_the_viewer_draws_what_was_not_covered_as_the_report_does(hostile_run: Path) -> None:
    bench = read_bench(hostile_run / "bench.yaml")
    report = finish(hostile_run, bench.merging, bench.scoring).data.timelines
    uncovered = {
        (half.game, half.half, lane.model): lane.uncovered for half in report for lane in half.lanes
    }
    assert any(uncovered.values())
    for before in (False, True):
        if before:  # a run that was finished before they were stored
            (hostile_run / "uncovered.json").unlink()
        halves = open_run(hostile_run).timelines()
        assert uncovered == {
            (half.game, half.half, lane.model): lane.uncovered
            for half in halves
            for lane in half.lanes
        }
