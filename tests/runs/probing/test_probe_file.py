"""Where a probe's result is kept, and where a run of the model shows it."""

from pathlib import Path

import pytest

from tests.support.seeing_server import FORMULA, seeing_server
from tests.support.videos import soccernet_folder
from touchline.errors import UserError
from touchline.models import find_card
from touchline.runs import (
    RunFolder,
    build_plan,
    keep_probe,
    parse_bench,
    probe,
    probed_card,
    run,
    run_status,
)

BENCH = """
data: {{root: {root}}}
models:
  - name: m
    engine: openai
    model: m
    base_url: "{url}"
    image_tokens: {formula}
sampling: {{fps: 4, window: 1, stride: 1}}
"""


@pytest.fixture
def root(tmp_path):
    return soccernet_folder(tmp_path / "data", labels=[(1, 1000, "Goal")])


def benchmark(root, endpoint):
    text = BENCH.format(root=root, url=endpoint.base_url, formula=FORMULA)
    return parse_bench(text, "b", Path())


def started(bench, folder):
    said = []
    result = run(build_plan(bench, "test"), folder, lambda *_: None, notify=said.append)
    return next(row for row in result.finished.rows if row.model == "m"), said


def test_a_run_shows_what_a_probe_of_its_model_found(root, tmp_path):
    folder = tmp_path / "run"
    with seeing_server("duplicates") as endpoint:
        bench = benchmark(root, endpoint)
        row, said = started(bench, folder)
        assert (row.note, said) == ("", [])
        assert run_status(folder)[0].probe is None

        keep_probe(probe(probed_card("m", bench)))
        row, said = started(bench, folder)
    assert "with 4 frames: shows frames twice" in row.note
    assert said == [f"m: {row.note}"]
    assert run_status(folder)[0].probe == row.note
    assert RunFolder(folder).probe("m").is_file()
    assert run_status(folder)[1].probe is None


def test_a_model_that_is_asked_otherwise_was_not_probed(root, tmp_path):
    with seeing_server() as endpoint:
        bench = benchmark(root, endpoint)
        keep_probe(probe(probed_card("m", bench)))
        entry = dict(bench.models[0]) | {"max_pixels": 5000}
        row, _ = started(bench.model_copy(update={"models": (entry,)}), tmp_path / "other")
        assert "probe" not in row.note
        row, _ = started(bench, tmp_path / "same")
        assert "no fault (sees all yes" in row.note


def test_a_benchmark_names_its_models(root):
    with seeing_server() as endpoint:
        bench = benchmark(root, endpoint)
    assert probed_card("m", bench).sampling.frames_per_window == 4
    with pytest.raises(UserError, match="the benchmark has no model 'x': it has m"):
        probed_card("x", bench)


def test_what_is_no_result_is_a_sentence(root, tmp_path):
    folder = tmp_path / "run"
    with seeing_server() as endpoint:
        started(benchmark(root, endpoint), folder)
    file = RunFolder(folder).probe("m")
    file.parent.mkdir()
    file.write_text('{"model": "m"}')
    with pytest.raises(UserError, match="is not the result of a probe: delete it"):
        run_status(folder)


@pytest.mark.parametrize(
    ("model", "frames", "sentence"),
    [
        ("baseline/random", None, "is a null baseline"),
        ("demo", 1, "a probe shows 2 to 200 frames, not 1"),
        ({"use": "demo", "dense": {"frames_per_set": 8}}, None, "pools frames"),
        ({"use": "demo", "max_images": 4}, 8, "takes at most 4 images"),
    ],
)
def test_what_cannot_be_probed_is_refused(model, frames, sentence):
    with pytest.raises(UserError, match=sentence):
        probe(find_card(model), frames)


def test_a_model_that_answers_nothing_is_refused():
    card = {"name": "m", "engine": "openai", "model": "m", "base_url": "http://127.0.0.1:9/v1"}
    with pytest.raises(UserError, match="is the server running"):
        probe(find_card(card | {"retries": 0}), 4)
