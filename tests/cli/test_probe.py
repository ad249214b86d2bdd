"""`touchline probe` as users run it, also against real servers with the demo model."""

import json
import os
import shutil
import warnings

import pytest
import yaml
from typer.testing import CliRunner

from tests.support.seeing_server import FORMULA, seeing_server
from touchline.cli.main import app

VLLM = os.environ.get("TOUCHLINE_VLLM") or shutil.which("vllm")


def run(*arguments):
    return CliRunner().invoke(app, ["probe", *map(str, arguments)], catch_exceptions=False)


def card_file(tmp_path, **fields):
    file = tmp_path / "card.yaml"
    file.write_text(yaml.safe_dump(fields))
    return file


def test_the_verdict_is_printed_and_kept(tmp_path):
    with seeing_server("drops images beyond 10") as endpoint:
        card = card_file(
            tmp_path,
            name="m",
            engine="openai",
            model="m",
            base_url=endpoint.base_url,
            image_tokens=FORMULA,
            sampling={"height": 128},
        )
        shown = run(card, "--frames", 12)
        values = json.loads(run(card, "--frames", 12, "--json").stdout)
    assert shown.exit_code == 0
    assert "m: keeps 10 of 12 frames." in shown.output
    assert "cannot say" in shown.output
    assert values["faults"] == ["keeps 10 of 12 frames"]
    assert values["points"]["tokens"]["says"] == "no"


def demo_behind(tmp_path, **fields):
    """What a probe says of the demo model, which reads no numbers, behind a server."""
    fields = {"use": "demo", "name": "served", **fields}
    bench = tmp_path / "bench.yaml"
    bench.write_text(yaml.safe_dump({"data": {"root": "builtin:demo"}, "models": [fields]}))
    found = run("served", "--bench", bench, "--json")
    assert found.exit_code == 0, found.output
    return json.loads(found.stdout)


def nothing_but_tokens_is_said(found):
    assert found["faults"] == []
    assert found["answered"] == found["asked"]
    says = {name: point["says"] for name, point in found["points"].items()}
    assert says.pop("tokens") == "yes", found["points"]["tokens"]
    assert set(says.values()) == {"cannot say"}


@pytest.mark.slow
def test_the_demo_model_behind_transformers_serve(tmp_path):
    nothing_but_tokens_is_said(demo_behind(tmp_path, engine="transformers-serve", in_flight=2))


@pytest.mark.slow
def test_the_demo_model_behind_vllm(tmp_path):
    if VLLM is None:
        reason = "no vllm on this machine (set TOUCHLINE_VLLM to its program, see docs/serving.md)"
        warnings.warn(f"a real vLLM was not tried: {reason}", stacklevel=1)
        pytest.skip(reason)
    arguments = ["--max-model-len", 2048, "--enforce-eager", "--max-num-seqs", 32]
    environment = {"VLLM_CPU_KVCACHE_SPACE": 1, "TORCHDYNAMO_DISABLE": 1, "VLLM_NO_USAGE_STATS": 1}
    found = demo_behind(
        tmp_path,
        engine="vllm",
        program=VLLM,
        max_images=24,
        server_args=arguments,
        server_env=environment,
    )
    nothing_but_tokens_is_said(found)
