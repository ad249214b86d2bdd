import json
import os
import subprocess
import sys

import pytest

from tests.support.endpoint import Endpoint, completion
from tests.support.videos import soccernet_folder
from touchline.errors import UserError
from touchline.models import Price
from touchline.models.capacity.gpus import find_gpu
from touchline.runs import build_plan, parse_bench, run
from touchline.runs.cost.estimate import estimate, measured_answer_tokens

CARD = (
    "name: x, engine: openai, model: m, image_tokens: {formula: fixed, tokens: 100}, "
    "price: {input: 2, output: 10, date: 2026-11-01}, generation: {max_new_tokens: 50}"
)


def plan_of(tmp_path, card=CARD, sampling="{fps: 5, window: 1, stride: 0.1}"):
    if not (tmp_path / "data").exists():
        soccernet_folder(tmp_path / "data", labels=[(1, 1000, "Goal")])
    text = f"data: {{root: data}}\nmodels: [{{{card}}}]\nsampling: {sampling}\n"
    (tmp_path / "bench.yaml").write_text(text)
    return build_plan(parse_bench(text, "b", tmp_path), "b")


def test_frames_tokens_and_money_are_known_before_anything_is_asked(tmp_path):
    (one,) = estimate(
        plan_of(tmp_path, sampling="{fps: 5, window: 1, stride: 1}"), tmp_path / "run"
    )
    assert (one.windows, one.answered, one.frames, one.measured) == (8, 0, 40, False)
    assert one.completion_tokens == 8 * 50
    text = one.prompt_tokens - 40 * 100
    assert 8 * 100 < text < 8 * 1000
    assert one.cost_usd == Price(input=2, output=10, date="2026-11-01").of(
        one.prompt_tokens, one.completion_tokens
    )
    assert (str(one.price_date), one.seconds) == ("2026-11-01", None)
    assert not (tmp_path / "run").exists()


def test_samples_of_a_window_count_each(tmp_path):
    plain, sampled = (
        estimate(plan_of(tmp_path, card), tmp_path / "run")[0]
        for card in (
            CARD,
            CARD.replace("max_new_tokens: 50", "max_new_tokens: 50, samples: 3, temperature: 1"),
        )
    )
    assert sampled.windows == 3 * plain.windows
    assert sampled.prompt_tokens == 3 * plain.prompt_tokens


def test_batches_take_half_the_price_and_a_day(tmp_path):
    card = f"{CARD}, base_url: 'http://127.0.0.1:9/v1'"
    (whole,) = estimate(plan_of(tmp_path, card), tmp_path / "run")
    (half,) = estimate(plan_of(tmp_path, card), tmp_path / "run", batch=True)
    assert half.cost_usd == pytest.approx(whole.cost_usd / 2)
    assert (half.batch, half.seconds) == (True, 86_400)


def test_a_quota_says_how_long_it_takes_at_least(tmp_path):
    card = f"{CARD}, quota: {{requests_per_minute: 2, requests_per_day: 20}}"
    (one,) = estimate(plan_of(tmp_path, card), tmp_path / "run")
    days = -(-one.windows // 20) - 1
    assert one.seconds == max(one.windows * 30, days * 86_400)


def test_without_a_formula_or_a_price_nothing_is_guessed(tmp_path):
    (one,) = estimate(plan_of(tmp_path, "name: x, engine: openai, model: m"), tmp_path / "run")
    assert (one.prompt_tokens, one.cost_usd) == (None, None)


def test_answers_of_the_run_take_the_place_of_formulas(tmp_path):
    def answer(body):
        counted = {"prompt_tokens": 1234, "completion_tokens": 3, "total_tokens": 1237}
        return 200, completion("None.") | {"usage": counted}, {}

    with Endpoint(answer) as endpoint:
        card = f"{CARD}, base_url: '{endpoint.base_url}', in_flight: 2"
        run(plan_of(tmp_path, card, "{fps: 5, window: 1, stride: 0.1}"), tmp_path / "run", quiet)
        plan = plan_of(tmp_path, card, "{fps: 5, window: 1, stride: 0.05}")
        (one,) = estimate(plan, tmp_path / "run")
    assert one.measured
    assert 0 < one.answered < one.windows
    left = one.windows - one.answered
    assert (one.prompt_tokens, one.completion_tokens) == (1234 * left, 3 * left)
    assert 0 < one.seconds < 60


def quiet(*_):
    return


def test_the_command_line_shows_it_and_asks_nothing(tmp_path):
    plan_of(tmp_path)
    command = [sys.executable, "-m", "touchline", "run", "bench.yaml", "--dry-run"]
    environment = {**os.environ, "COLUMNS": "140"}
    said, values = (
        subprocess.run(
            [*command, *more],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=True,
            env=environment,
        ).stdout
        for more in ([], ["--json"])
    )
    assert "2026-11-01" in said
    assert "Nothing was asked." in said
    (model,) = json.loads(values)["models"]
    assert model["model"] == "x"
    assert f"{model['prompt_tokens']:,}" in said
    assert json.loads(values)["cost_usd"] == model["cost_usd"]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["bench.yaml", "data"]


def test_a_model_that_does_not_fit_the_named_gpu_gets_no_time(tmp_path):
    """By its weights alone, or by all that it needs where its card says how it is built."""
    bare = (
        "name: x, engine: transformers, checkpoint: a/b, parameters: 70000000000, "
        "weights_gb: {bfloat16: 140}, image_tokens: {formula: fixed, tokens: 100}"
    )
    for local in (bare, "use: llama-4-scout"):
        plan = plan_of(tmp_path, local)
        assert estimate(plan, tmp_path / "run", gpu=find_gpu("Titan RTX"))[0].seconds is None


def test_a_named_gpu_gives_models_with_weights_here_a_time(tmp_path):
    local = (
        "name: x, engine: transformers, checkpoint: a/b, parameters: 8000000000, "
        "weights_gb: {bfloat16: 16}, image_tokens: {formula: fixed, tokens: 100}"
    )
    plan = plan_of(tmp_path, local)
    fast, slow = (
        estimate(plan, tmp_path / "run", gpu=find_gpu(name))[0].seconds
        for name in ("H100", "Titan RTX")
    )
    assert 0 < fast < slow
    assert estimate(plan, tmp_path / "run")[0].seconds is None


def test_lengths_of_answers_come_from_a_run(tmp_path):
    """For the time of another machine, or another benchmark."""
    counted = {"prompt_tokens": 700, "completion_tokens": 7}
    with Endpoint(lambda _: (200, completion("None.") | {"usage": counted}, {})) as endpoint:
        plan = plan_of(tmp_path, f"{CARD}, base_url: '{endpoint.base_url}'")
        run(plan, tmp_path / "run", lambda *_: None)
    assert measured_answer_tokens(tmp_path / "run", "x") == 7
    with pytest.raises(UserError, match="under 20 answers of model 'y'"):
        measured_answer_tokens(tmp_path / "run", "y")
