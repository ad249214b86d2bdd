"""A run against a server that cuts prompts and answers all the same, as Ollama does."""

from pathlib import Path

import pytest

from tests.support.endpoint import Endpoint, completion
from tests.support.videos import soccernet_folder
from touchline.models import FailureReason
from touchline.replies import read_records
from touchline.runs import RunFolder, build_plan, load_run, parse_bench, run, run_status

FRAMES = 4
BENCH = """
data: {{root: {root}}}
models:
  - {{name: m, engine: openai, model: m, base_url: "{url}", image_tokens: {tokens}}}
sampling: {{fps: 4, window: 1, stride: 1}}
"""


@pytest.fixture
def root(tmp_path):
    return soccernet_folder(tmp_path / "data", labels=[(1, 1000, "Goal")])


def server(tokens):
    """Answers "None." and says that it read as many tokens as `tokens` holds; the last stays."""

    def answer(body):
        read = tokens.pop(0) if len(tokens) > 1 else tokens[0]
        usage = {} if read is None else {"prompt_tokens": read, "completion_tokens": 2}
        return 200, completion("None.") | {"usage": usage}, {}

    return Endpoint(answer)


def started(root, endpoint, folder, tokens="{formula: fixed, tokens: 1000}"):
    text = BENCH.format(root=root, url=endpoint.base_url, tokens=tokens)
    plan = build_plan(parse_bench(text, "b", Path()), "test")
    return run(plan, folder, lambda *_: None)


def answers(folder):
    return [one.answer for one in read_records(RunFolder(folder).journal("m"))]


def test_answers_to_half_a_prompt_are_failures_and_are_asked_again(root, tmp_path):
    tokens, folder = [2050], tmp_path / "run"
    with server(tokens) as endpoint:
        row = next(one for one in started(root, endpoint, folder).finished.rows if one.model == "m")
        first = answers(folder)
        assert {one.reason for one in first} == {FailureReason.CUT}
        assert {one.prompt_tokens for one in first} == {2050}
        assert row.coverage == 0
        assert "cut short before the model" in row.note
        (status, *_) = run_status(folder)
        assert (status.answered, status.failed) == (0, len(first))

        tokens[0] = 4500  # the user has raised the server's context
        again = started(root, endpoint, folder)
    assert next(one for one in again.finished.rows if one.model == "m").coverage == 1
    assert {one.text for one in answers(folder)[len(first) :]} == {"None."}
    assert load_run(folder).models["m"] is not None


def test_a_model_whose_first_windows_are_all_cut_short_is_not_asked_further(root, tmp_path):
    tokens, folder = [2050], tmp_path / "run"
    bench = BENCH.replace("stride: 1}", "stride: 0.1}")
    bench = bench.replace("model: m,", "model: m, in_flight: 1,")
    with server(tokens) as endpoint:
        text = bench.format(
            root=root, url=endpoint.base_url, tokens="{formula: fixed, tokens: 1000}"
        )
        plan = build_plan(parse_bench(text, "b", Path()), "test")
        result = run(plan, folder, lambda *_: None)
        assert "was shown none of its first 5 windows whole" in result.refused["m"]
        assert "room for at most 2 of the 4 frames: raise its context" in result.refused["m"]
        asked = len(endpoint.bodies)
        assert 5 <= asked < 10, "others are on their way while one is looked at"
        tokens[0] = 4500
        assert run(plan, folder, lambda *_: None).refused == {}

        for file in RunFolder(folder).journal("m").iterdir():
            file.unlink()
        tokens[:] = [4500, 2050]  # a model that has answered is asked on
        assert run(plan, folder, lambda *_: None).refused == {}
        assert [one.prompt_tokens for one in answers(folder)].count(2050) > 5


@pytest.mark.parametrize(
    ("counted", "formula"),
    [(None, "{formula: fixed, tokens: 1000}"), (7, "null")],
    ids=["an endpoint without usage", "a card without formula"],
)
def test_nothing_is_refused_where_nothing_is_known(root, tmp_path, counted, formula):
    with server([counted]) as endpoint:
        started(root, endpoint, tmp_path / "run", formula)
    assert {one.text for one in answers(tmp_path / "run")} == {"None."}
