"""Sweeps from end to end, with a scripted model."""

import json
import os
from dataclasses import replace
from pathlib import Path

import pytest

from tests.support.scripted import Scripted
from tests.support.videos import soccernet_folder
from touchline.errors import UserError
from touchline.runs import AskAgain, build_plan, estimate, merge_again, parse_bench, run, run_status

BENCH = """
data: {{root: {root}}}
models:
  - {{name: scripted, engine: openai, model: m, base_url: "http://127.0.0.1:9/v1"}}
sampling: {{fps: 2, window: 1, stride: 0.5}}
"""


def quiet(what, done, total):
    assert 0 <= done <= total


class Mumbling(Scripted):
    """What it says cannot be read."""

    def replies(self, requests):
        return (replace(reply, text="what?") for reply in super().replies(requests))


@pytest.fixture(scope="module")
def root(tmp_path_factory):
    labels = [(1, 1000, "Goal"), (2, 2000, "Foul")]
    return soccernet_folder(tmp_path_factory.mktemp("data"), labels=labels)


@pytest.fixture
def asked(tmp_path, monkeypatch):
    """The file of what a scripted engine was asked in the endpoint's place."""
    log = tmp_path / "asked.txt"
    log.touch()
    from touchline.models import load_engine

    def load(card, rates=None):
        return Scripted(log) if card.name.startswith("scripted") else load_engine(card, rates)

    monkeypatch.setattr("touchline.runs.execute.load_engine", load)
    return log


def planned(root, more):
    return build_plan(parse_bench(BENCH.format(root=root) + more, "b", Path()), "test")


def keys(log):
    return log.read_text().split()


def swept(result):
    rows = {row.model: row for row in result.finished.rows}
    return {name: row for name, row in rows.items() if not name.startswith("baseline/")}


def test_values_of_merging_cost_no_question(root, asked, tmp_path):
    more = "sweep: {merging: {method: [votes, nms], min_confidence: [0, 0.99]}}\n"
    result = run(planned(root, more), tmp_path / "run", quiet)
    rows = swept(result)
    assert list(rows) == [
        f"scripted[method={method},min_confidence={least}]"
        for method in ("votes", "nms")
        for least in ("0", "0.99")
    ]
    assert len(keys(asked)) == len(set(keys(asked))) == 14
    assert {row.coverage for row in rows.values()} == {1}
    spots = {one.model: one.spots for one in result.finished.outcomes}
    first, second, *_ = spots.values()
    assert any(first.values()) and not any(second.values())
    with pytest.raises(UserError, match=r"merging\.method is swept: each cell of run"):
        merge_again(tmp_path / "run", None, ["merging.method=nms"])


def test_windows_that_two_strides_share_are_asked_once(root, asked, tmp_path):
    rows = swept(
        run(planned(root, "sweep: {sampling: {stride: [1, 0.5]}}\n"), tmp_path / "r", quiet)
    )
    assert len(keys(asked)) == len(set(keys(asked))) == 14
    assert [sum(row.outcomes.values()) for row in rows.values()] == [8, 14]
    assert {row.coverage for row in rows.values()} == {1}


def test_a_cell_says_what_the_same_benchmark_without_a_sweep_says(root, asked, tmp_path):
    cells = swept(run(planned(root, "sweep: {sampling: {fps: [1, 4]}}\n"), tmp_path / "r", quiet))
    for fps in (1, 4):
        bench = BENCH.replace("fps: 2", f"fps: {fps}")
        plan = build_plan(parse_bench(bench.format(root=root), "b", Path()), "test")
        (alone,) = swept(run(plan, tmp_path / f"alone{fps}", quiet)).values()
        assert cells[f"scripted[fps={fps}]"].figures == alone.figures


def test_a_killed_sweep_goes_on_where_it_was_and_a_new_value_asks_only_its_own(
    root, asked, tmp_path
):
    plan = planned(root, "sweep: {sampling: {fps: [1, 4]}, merging: {offset: [0, 1]}}\n")
    child = os.fork()
    if not child:  # the second question set is cut short without any clean-up
        from touchline.models import load_engine

        def load(card, rates=None):
            is_swept = card.name.startswith("scripted")
            dies = 5 if "fps=4" in card.name else None
            return Scripted(asked, die_after=dies) if is_swept else load_engine(card, rates)

        run(plan, tmp_path / "r", quiet, load=load)
        os._exit(0)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 9
    before = keys(asked)
    assert 14 < len(before) < 28
    rows = swept(run(plan, tmp_path / "r", quiet))
    assert {row.coverage for row in rows.values()} == {1}
    assert len(keys(asked)) == len(set(keys(asked))) == 28
    more = planned(root, "sweep: {sampling: {fps: [1, 3, 4]}, merging: {offset: [0, 1]}}\n")
    assert len(swept(run(more, tmp_path / "r", quiet))) == 6
    assert len(keys(asked)) == 42


def test_prompts_and_controls_are_swept(root, asked, tmp_path):
    more = "sweep: {prompt: [base.v1, chunk.v1]}\n"
    card = tmp_path / "c.yaml"
    card.write_text("{name: scripted, engine: openai, model: m, base_url: http://127.0.0.1:9/v1}")
    text = BENCH.format(root=root).replace("sampling:", f"  - {card}+blank\nsampling:") + more
    result = run(build_plan(parse_bench(text, "b", Path()), "t"), tmp_path / "r", quiet)
    rows = swept(result)
    assert {name: row.control_of for name, row in rows.items()} == {
        "scripted[prompt=base.v1]": "",
        "scripted[prompt=chunk.v1]": "",
        "scripted[prompt=base.v1]+blank": "scripted[prompt=base.v1]",
        "scripted[prompt=chunk.v1]+blank": "scripted[prompt=chunk.v1]",
    }
    assert len(set(keys(asked))) == len(keys(asked)) == 4 * 14


def test_a_model_may_have_a_prompt_of_its_own(root, asked, tmp_path):
    text = BENCH.format(root=root).replace(
        "sampling:",
        '  - {name: scripted-chunk, engine: openai, model: m, base_url: "http://127.0.0.1:9/v1", '
        "prompt: chunk.v1}\nsampling:",
    )
    folder = tmp_path / "r"
    run(build_plan(parse_bench(text, "b", Path()), "t"), folder, quiet)
    assert len(set(keys(asked))) == 28
    plan = json.loads((folder / "plan.json").read_text())
    assert [model["prompt"] and model["prompt"]["name"] for model in plan["models"]][:2] == [
        None,
        "chunk.v1",
    ]
    assert "chunk.v1" in (folder / "report/index.html").read_text()


def test_the_estimate_counts_every_question_once(root, asked, tmp_path):
    more = "sweep: {sampling: {stride: [1, 0.5]}, merging: {offset: [0, 1]}}\n"
    plan = planned(root, more)
    before = estimate(plan, tmp_path / "r")
    assert [one.windows - one.answered for one in before] == [8, 0, 6, 0]
    run(plan, tmp_path / "r", quiet)
    assert sum(one.windows - one.answered for one in estimate(plan, tmp_path / "r")) == 0
    assert {one.missing for one in run_status(tmp_path / "r")} == {0}


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        (
            "sweep: {sampling: {fps: [1, 2, 3, 4, 5, 6, 7, 8]}, merging: "
            f"{{offset: {list(range(40))}}}}}\n",
            r"320 cells .* up to 112 windows to ask: at most 200 rows",
        ),
        ("sweep: {card: {price: {input: [1], output: [2]}}}\n", "'price.input' cannot be swept"),
        ("sweep: {card: {bogus: [1]}}\n", r"model 'scripted\[bogus=1\]': bogus is not known"),
        ("sweep: {card: {memory: [2, 4]}, sampling: {fps: [1, 2]}}\n", "cannot be swept over"),
    ],
)
def test_what_cannot_be_swept_is_refused_before_anything_is_asked(root, more, sentence):
    with pytest.raises(UserError, match=sentence):
        planned(root, more)


def test_commands_that_take_a_benchmark_know_prompts_of_models_and_cells(tmp_path):
    from touchline.cli.models.local_cards import local_cards
    from touchline.runs import probed_card, read_bench

    file = tmp_path / "bench.yaml"
    file.write_text(
        "data: {root: games}\nmodels: [demo, {use: demo, name: other, prompt: chunk.v1}]\n"
        "sweep: {sampling: {fps: [1, 2]}, card: {precision: [float32, bfloat16]}}\n"
    )
    assert len(local_cards([], file)) == 2
    assert probed_card("other", read_bench(file)).name == "other"


def test_what_cells_share_is_asked_again_once_and_missing_where_it_could_not_be_asked(
    root, asked, tmp_path
):
    plan = planned(root, "sweep: {merging: {offset: [0, 1]}}\n")
    told, shown = [], {}

    def failing(card, rates=None):
        raise UserError("no such model.")

    from touchline.models import load_engine

    loads = {"scripted": failing}

    def load(card, rates=None):
        return loads.get(card.name.partition("[")[0], load_engine)(card, rates)

    run(plan, tmp_path / "r", lambda name, done, _: shown.update({name: done}), load=load)
    assert shown["scripted[offset=0]"] == shown["scripted[offset=1]"] == 0
    loads["scripted"] = lambda card, rates: Mumbling(asked)
    run(plan, tmp_path / "r", quiet, load=load)
    before = len(keys(asked))
    again = {AskAgain.UNREADABLE}
    run(plan, tmp_path / "r", quiet, load=load, notify=told.append, again=again)
    assert (before, len(keys(asked))) == (14, 28)
    assert [one for one in told if "asked again" in one] == [
        "scripted[offset=0]: 14 windows asked again (unreadable)",
        "scripted[offset=1]: 0 windows asked again (unreadable)",
    ]
