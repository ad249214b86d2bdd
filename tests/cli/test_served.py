"""The same benchmark in this process and through servers that touchline starts itself."""

import json

import psutil
import pytest

from tests.support.vllm import ARGUMENTS, ENVIRONMENT, vllm_program
from touchline.models import find_card
from touchline.replies import read_records
from touchline.runs import build_plan, parse_bench, run


def texts_of(tmp_path, served):
    """What the demo model says in this process and behind a server, by window; and their spots."""
    demo = find_card("demo")
    sampling = demo.sampling.model_copy(update={"stride": 12.0}).model_dump(exclude_unset=True)
    bench = (
        f"data: {{root: 'builtin:demo'}}\nmodels: [demo, {{use: demo, name: served, {served}}}]\n"
        f"sampling: {{{', '.join(f'{name}: {value}' for name, value in sampling.items())}}}\n"
    )
    plan = build_plan(parse_bench(bench, "b", tmp_path), "served")
    result = run(plan, tmp_path / "run", lambda *_: None)
    assert result.refused == {}
    texts = {
        name: {
            (record.window.half, record.window.index): record.answer.text
            for record in read_records(tmp_path / "run/replies" / name)
        }
        for name in ("demo", "served")
    }
    spots = {outcome.model: outcome.spots for outcome in result.finished.outcomes}
    return texts, spots


def no_server_is_left():
    return not any(map(is_server, psutil.Process().children(recursive=True)))


def is_server(process):
    """Whether a child serves a model; one that has ended meanwhile does not."""
    try:
        return any("serv" in word for word in process.cmdline())
    except (psutil.NoSuchProcess, psutil.ZombieProcess):
        return False


@pytest.mark.slow
def test_transformers_serve_gives_the_spots_of_the_same_model_in_this_process(tmp_path):
    texts, spots = texts_of(tmp_path, "engine: transformers-serve, in_flight: 2")
    assert texts["served"] == texts["demo"]
    assert any("label" in text for text in texts["demo"].values())
    assert spots["served"] == spots["demo"]
    assert no_server_is_left()


@pytest.mark.slow
def test_vllm_gives_the_answers_of_the_same_model_in_this_process(tmp_path):
    texts, _ = texts_of(
        tmp_path,
        f"engine: vllm, program: '{vllm_program()}', in_flight: 32, max_images: 24, "
        f"server_args: {json.dumps(ARGUMENTS)}, server_env: {json.dumps(ENVIRONMENT)}",
    )
    assert texts["served"].keys() == texts["demo"].keys()
    differing = [key for key in texts["demo"] if texts["demo"][key] != texts["served"][key]]
    # Kernels of their own may round the other way where two tokens are equally likely.
    assert len(differing) <= len(texts["demo"]) // 10, differing
    assert no_server_is_left()
