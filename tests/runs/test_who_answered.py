"""Who answered: one served model a row, canary windows, and replies that are asked for again."""

import json
from pathlib import Path

import numpy as np
import pytest

from tests.support.videos import soccernet_folder
from touchline.errors import UserError
from touchline.models import Reply, ServedBy
from touchline.replies import read_records
from touchline.runs import WorkerConfig, build_plan, load_run, parse_bench, parse_kinds, run
from touchline.runs.asking.watching.canaries import FALSE_ALARM_RATE, canary_results, compare
from touchline.runs.asking.watching.row_names import row_names
from touchline.runs.planning.ask_again import rounds_again
from touchline.runs.results.model_replies import ModelReplies
from touchline.runs.results.status import run_status
from touchline.view.viewed_run import open_run

BENCH = """
data: {{root: {root}}}
models:
  - {{name: scripted, engine: openai, model: m, base_url: "http://127.0.0.1:9/v1"}}
sampling: {{fps: 2, window: 1, stride: 0.5}}
"""


class Answers:
    """An engine that answers what a function of the number of the request says."""

    def __init__(self, answer):
        self.answer, self.asked = answer, []

    def __call__(self, card, rates):
        from touchline.models import load_engine

        return self if card.name == "scripted" else load_engine(card, rates)

    def replies(self, requests):
        for request in requests:
            self.asked.append(request.window.index)
            fields = self.answer(len(self.asked) - 1, request.window)
            yield Reply(key=request.key, **({"text": "None.", "finish_reason": "stop"} | fields))

    def close(self):
        return


@pytest.fixture
def root(tmp_path):
    return soccernet_folder(tmp_path / "data", labels=[(1, 1000, "Goal"), (2, 2000, "Foul")])


def asked(root, folder, answer, more="", **options):
    engine, said = Answers(answer), []
    plan = build_plan(parse_bench(BENCH.format(root=root) + more, "b", Path()), "test")
    result = run(plan, folder, lambda *_: None, None, engine, None, said.append, **options)
    (row,) = [row for row in result.finished.rows if row.model == "scripted"]
    return engine.asked, row, result.refused.get("scripted"), said


def by(model, provider=None):
    return {"served": ServedBy(model=model, provider=provider)}


def test_a_model_whose_answers_come_from_another_one_is_not_asked_further(root, tmp_path):
    folder = tmp_path / "run"

    def change(number, _):
        return by("m-2026-01" if number < 5 else "m-lite")

    windows, row, refusal, _ = asked(root, folder, change)
    assert len(windows) == 6
    assert "is now answered by 'm-lite', and its first answer came from 'm-2026-01'" in refusal
    assert row.outcomes["failed"] == 14 - 5
    assert "answered by m-2026-01" in row.note

    windows, row, refusal, _ = asked(root, folder, lambda *_: by("m-lite"))
    assert len(windows) == 1
    assert "m-lite" in refusal
    windows, row, refusal, _ = asked(root, folder, lambda *_: by("m-2026-01"))
    assert (len(windows), refusal, row.coverage) == (9, None, 1)


def test_another_provider_is_another_model_and_a_backend_is_not(root, tmp_path):
    def providers(number, _):
        return by("m", "A" if number < 3 else "B")

    assert "'m by B'" in asked(root, tmp_path / "providers", providers)[2]

    def backends(number, _):
        return {"served": ServedBy("m", fingerprint=f"fp_{number}")}

    _, row, refusal, _ = asked(root, tmp_path / "backends", backends)
    assert (refusal, row.coverage) == (None, 1)
    assert "answered by" not in row.note


def test_a_row_may_be_mixed_where_the_benchmark_says_so_and_then_says_it(root, tmp_path):
    def mixed(number, _):
        return by(f"m-{number % 2}")

    more = "identity: {when_changed: keep}\n"
    _, row, refusal, _ = asked(root, tmp_path / "run", mixed, more)
    assert (refusal, row.coverage) == (None, 1)
    assert "mixed: answered by m-0 (7), m-1 (7)" in row.note


SPLIT = "identity: {when_changed: split}\nscoring: {score_anyway: true}\n"


def test_each_served_model_has_a_row_of_its_own_where_the_benchmark_says_so(root, tmp_path):
    folder = tmp_path / "run"

    def change(number, _):
        goal = {"text": '[{"label": "Goal", "time": 0.2}]'}
        if number < 5:
            return by("m-1") | goal
        return by("m/2 ../x") if number < 10 else by("m-3") | goal

    engine = Answers(change)
    plan = build_plan(parse_bench(BENCH.format(root=root) + SPLIT, "b", Path()), "test")
    result = run(plan, folder, lambda *_: None, None, engine)
    assert (result.refused, len(engine.asked)) == ({}, 14)
    found = sorted(result.finished.rows, key=lambda row: row.model)
    rows = {row.model: row for row in found if row.model.startswith("scripted")}
    assert list(rows) == ["scripted", "scripted@m-2-..-x", "scripted@m-3"]
    for row, answered, who in zip(
        rows.values(), (5, 5, 4), ("m-1", "m/2 ../x", "m-3"), strict=True
    ):
        assert row.coverage == pytest.approx(answered / 14)
        assert (row.kind, row.outcomes["failed"]) == ("model", 14 - answered)
        assert f"answered by {who}" in row.note
        assert "mixed" not in row.note
        assert row.loose is not None
    assert rows["scripted"].outcomes["events"] == 5
    assert rows["scripted@m-2-..-x"].outcomes["nothing"] == 5
    assert (folder / "spots" / "scripted@m-3").is_dir()

    (status, *_) = run_status(folder)
    assert status.rows == {name: round(row.coverage * 14) for name, row in rows.items()}
    results = load_run(folder)
    assert set(rows) <= set(results.models)
    assert results.kinds["scripted@m-3"] == "model"
    viewed = open_run(folder)
    half = viewed.halves[0].half
    assert [one.record is not None for one in viewed.asked("scripted", half)] == [True] * 5 + [
        False
    ] * 2
    assert not any(one.record for one in viewed.asked("scripted@m-3", half))
    again = run(plan, folder, lambda *_: None, None, engine)
    assert [row.model for row in again.finished.rows] == [row.model for row in result.finished.rows]
    assert len(engine.asked) == 14


def test_a_row_that_was_split_says_that_it_is_mixed_when_it_is_one_again(root, tmp_path):
    folder = tmp_path / "run"
    change = lambda number, _: by("m-1" if number < 5 else "m-2")  # noqa: E731
    asked(root, folder, change, "identity: {when_changed: split}\n")
    _, row, _, _ = asked(root, folder, change, "identity: {when_changed: stop}\n")
    assert "mixed: answered by m-1 (5), m-2 (9)" in row.note


def test_names_of_rows_are_folders_and_differ():
    names = row_names("m", ["a/b", "a b", "..", "x" * 300, "é", "ok"])
    assert len(set(names.values())) == 6
    assert names["ok"] == "m@ok"
    assert all("/" not in name and len(name) < 100 for name in names.values())


def test_a_card_that_asks_for_another_model_starts_anew(root, tmp_path):
    folder = tmp_path / "run"
    asked(root, folder, lambda *_: by("m"))
    other = BENCH.replace("model: m,", "model: n,").format(root=root)
    plan = build_plan(parse_bench(other, "b", Path()), "test")
    result = run(plan, folder, lambda *_: None, None, Answers(lambda *_: by("n")))
    assert result.refused == {}


MISPLACED = {"text": "", "other_fields": (("reasoning_content", "a goal"),)}


def test_replies_are_asked_for_again_by_what_became_of_them(root, tmp_path):
    folder = tmp_path / "run"
    kinds = {0: {"text": "gibberish"}, 1: MISPLACED, 2: {"text": "[", "finish_reason": "length"}}
    kinds[3] = {"finish_reason": "content_filter"}
    _, row, _, _ = asked(root, folder, lambda number, _: kinds.get(number, {}))
    assert (row.outcomes["unreadable"], row.outcomes["truncated"]) == (2, 1)
    assert "1 window with no answer, but text in reasoning_content" in row.note
    notes = [one.note for one in ModelReplies(folder, "scripted").readings()]
    assert notes[1].endswith("no answer, but text in reasoning_content")
    stored = [one.answer for one in read_records(folder / "replies/scripted")]
    assert stored[1].other_fields == MISPLACED["other_fields"]

    for kind, windows in (("misplaced", 1), ("truncated", 1), ("refused", 1), ("unreadable", 1)):
        again, _, _, said = asked(root, folder, lambda *_: {}, again=parse_kinds([kind]))
        assert len(again) == windows
        assert said[-1] == f"scripted: 1 window asked again ({kind})"
    _, row, _, said = asked(root, folder, lambda *_: {}, again=parse_kinds(["unreadable"]))
    assert said[-1] == "scripted: 0 windows asked again (unreadable)"
    assert row.outcomes["nothing"] == 14
    (status, *_) = run_status(folder)
    assert (status.answered, status.conflicts, status.unreadable) == (14, 0, 0)


@pytest.mark.slow
def test_workers_ask_again_too(tmp_path, demo_bench_folder):
    folder, plan = demo_bench_folder
    (model,) = [one for one in plan.models if one.name == "demo"]
    before = list(read_records(folder / "replies/demo"))
    kinds = parse_kinds(["unreadable", "truncated"])
    wanted = rounds_again(folder, model, kinds)
    assert wanted
    run(plan, folder, lambda *_: None, workers=WorkerConfig((None, None)), again=kinds)
    after = list(read_records(folder / "replies/demo"))
    assert sorted(one.answer.key for one in after if one.round == 1) == sorted(wanted)
    assert len(after) == len(before) + len(wanted)


@pytest.fixture
def demo_bench_folder(tmp_path):
    bench = """
data: {root: builtin:demo, halves: [1]}
models: [{use: demo, generation: {max_new_tokens: 2}}]
sampling: {fps: 1, window: 3, stride: 50}
"""
    plan = build_plan(parse_bench(bench, "b", Path()), "test")
    run(plan, tmp_path / "run", lambda *_: None)
    return tmp_path / "run", plan


def test_an_unknown_kind_is_a_sentence():
    with pytest.raises(UserError, match=r"choose one of unreadable.*nearest is 'truncated'"):
        parse_kinds(["truncatd"])


CANARIES = "identity: {canaries: 4}\n"


def test_canaries_are_asked_at_every_start_and_a_silent_change_is_said(root, tmp_path):
    folder = tmp_path / "run"

    def steady(number, window):
        return {"text": f"None. {window.index}"}

    windows, _, _, _ = asked(root, folder, steady, CANARIES)
    assert len(windows) == 3 * 4 + 14
    assert asked(root, folder, steady, CANARIES)[0] == [], "nothing is left to ask"

    def other(number, window):
        return {"text": f"Nothing at all: {window.index}"}

    asked(root, tmp_path / "two", steady, CANARIES)
    for file in (tmp_path / "two/replies/scripted").iterdir():
        file.unlink()
    windows, row, _, said = asked(root, tmp_path / "two", steady, CANARIES)
    assert len(windows) == 4 + 14
    assert not any("differently" in one for one in said)
    for file in (tmp_path / "two/replies/scripted").iterdir():
        file.unlink()
    _, row, _, said = asked(root, tmp_path / "two", other, CANARIES)
    assert "scripted answers differently than at its first start" in said[-1]
    assert "its answers to canary windows changed by 20" in row.note
    same, changed = canary_results(tmp_path / "two", "scripted")
    assert (same.agreement, same.expected, same.is_alarm) == (1, 1, False)
    assert changed.p_value == 0.25**4


def sampled(chance, likely, windows=8):
    """First answers and a new one of a model that draws every word from the same few."""
    words = np.array([f"w{number}" for number in range(12)])

    def answer():
        return " ".join(chance.choice(words, 6, p=likely))

    return {str(n): [answer() for _ in range(3)] for n in range(windows)}, answer


def test_a_model_that_samples_is_no_alarm_more_often_than_stated():
    chance = np.random.default_rng(5)
    alarms = 0
    for _ in range(400):
        likely = chance.dirichlet(np.full(12, 0.5))
        first, answer = sampled(chance, likely)
        alarms += compare(first, {key: answer() for key in first}).is_alarm
    # At most 1%: among 400 starts, 13 or more have a probability below 0.04%.
    assert alarms < 13, FALSE_ALARM_RATE


def test_another_model_that_samples_is_an_alarm():
    chance = np.random.default_rng(5)
    alarms = 0
    for _ in range(50):
        first, _ = sampled(chance, chance.dirichlet(np.full(12, 0.5)))
        _, other = sampled(chance, chance.dirichlet(np.full(12, 0.5)))
        alarms += compare(first, {key: other() for key in first}).is_alarm
    assert alarms > 35


def test_canaries_that_failed_are_not_compared():
    assert compare({"a": ["x"]}, {"a": "x"}) is None
    assert compare({"a": ["x", "x"]}, {}) is None
    assert json.dumps(compare({"a": ["x", "x"]}, {"a": "x"}).p_value) == "1.0"
