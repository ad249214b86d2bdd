"""Runs that ask game by game until it is known which of two models is better."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from tests.support.scripted import Scripted
from tests.support.videos import soccernet_folder, write_video
from touchline.errors import UserError
from touchline.report.leaderboard.ranking import uncertainty_sentences
from touchline.runs import (
    RunFolder,
    StoppingFile,
    build_plan,
    drawn_order,
    load_run,
    parse_bench,
    resume_plan,
    run,
    run_until_answered,
)
from touchline.scores import STOPPED_EARLY

BENCH = """
data: {{root: {root}, halves: [1]}}
models:
  - {{name: seeing, engine: openai, model: m, base_url: "http://127.0.0.1:9/v1"}}
  - {{name: blind, engine: openai, model: n, base_url: "http://127.0.0.1:9/v1"}}
sampling: {{fps: 1, window: 2, stride: 2}}
stopping: {stopping}
"""
GAMES = 6
QUESTION = "{between: [seeing, blind], alpha: 0.25}"


@pytest.fixture(scope="module")
def root(tmp_path_factory):
    """Games with a goal in the first window."""
    root = tmp_path_factory.mktemp("games") / "data"
    for number in range(GAMES):
        game = f"league/2025-2026/a - b {number}"
        # Each has a video of its own: the same video is the same question.
        write_video(root / game / "1_224p.mkv", list(range(0, 4000 - 40 * number, 40)))
        soccernet_folder(root, game, labels=[(1, 1000, "Goal")], halves=())
    return root


@pytest.fixture
def asked(tmp_path, monkeypatch):
    """Two scripted engines; gives the file of what they were asked."""
    log = tmp_path / "asked.txt"
    log.touch()
    from touchline.models import load_engine

    def load(card, rates=None):
        claims = {"seeing": "Goal", "blind": "Corner"}
        if card.name in claims:
            return Scripted(log, label=claims[card.name])
        return load_engine(card, rates)

    monkeypatch.setattr("touchline.runs.execute.load_engine", load)
    return log


def planned(root, stopping=QUESTION):
    text = BENCH.format(root=root, stopping=stopping)
    return build_plan(parse_bench(text, "b", Path()), "test")


def start(plan, folder):
    said = []

    def ask(part):
        return run(part, folder, lambda what, done, total: None)

    return run_until_answered(plan, folder, ask, said.append), said


@pytest.mark.slow
def test_asking_ends_when_the_question_is_answered_and_goes_on_without_it(root, asked, tmp_path):
    folder, plan = tmp_path / "run", planned(root)
    result, said = start(plan, folder)
    order = drawn_order([game.id for game in plan.games], 0)
    state = StoppingFile.read(folder)
    assert state.order == order
    assert len(state.differences) == len(said) == 4
    assert set(load_run(folder).games) == set(order[:4])
    assert "seeing is better than blind" in said[-1]
    assert "may be equal" in said[-2]
    assert {row.model for row in result.finished.rows} >= {"seeing", "blind"}
    assert STOPPED_EARLY in uncertainty_sentences(result.finished.rows)
    assert "only until a question was answered" in result.finished.report.read_text()
    windows = asked.read_text().split()
    assert len(windows) == len(set(windows))

    again, said = start(resume_plan(folder, None)[0], folder)
    assert asked.read_text().split() == windows
    assert len(said) == 1
    assert again.finished.rows == result.finished.rows

    whole = replace(plan, bench=plan.bench.model_copy(update={"stopping": None}))
    everything = run(whole, folder, lambda what, done, total: None)
    assert STOPPED_EARLY not in uncertainty_sentences(everything.finished.rows)
    assert len(load_run(folder).games) == GAMES
    assert len(asked.read_text().split()) == len(windows) * GAMES / 4


@pytest.mark.parametrize(
    ("stopping", "sentence"),
    [
        ("{between: [seeing, nobody]}", "'nobody' is not a model of this benchmark"),
        ("{between: [seeing, seeing]}", "name two different models"),
    ],
)
def test_a_question_about_nobody_is_refused(root, tmp_path, stopping, sentence):
    with pytest.raises(UserError, match=sentence):
        start(planned(root, stopping), tmp_path / "run")


def test_a_damaged_file_is_one_sentence(root, asked, tmp_path):
    folder = tmp_path / "run"
    folder.mkdir()
    RunFolder(folder).stopping.write_text(json.dumps({"order": 3}))
    with pytest.raises(UserError, match=r"stopping\.json is damaged"):
        start(planned(root), folder)
