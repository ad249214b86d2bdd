"""Answers of endpoints and hubs without end, and bombs, cost one window and little memory."""

import os
import resource
import subprocess
import sys
import time

import pytest

from tests.models.engines.openai.test_engine import request
from tests.support.asking import jpeg
from tests.support.endless import ENDLESS, endless
from touchline.errors import ComeBackLater, UserError
from touchline.models import Failure, find_card, load_engine, make_batch_service
from touchline.models.engines.openai.vllm_version import check_endpoint

FRAMES = [jpeg(shade, (64, 48)) for shade in range(2)]
ENGINES = {
    "openai": {},
    "ollama": {"num_ctx": 8192, "image_tokens": {"formula": "fixed", "tokens": 256}},
    "anthropic": {},
    "gemini": {"frames_as": "images"},
    "bedrock": {},
}
MOST_BYTES = 400_000_000
KEYS = ("ANTHROPIC_API_KEY", "GEMINI_API_KEY", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY")


@pytest.fixture(autouse=True)
def keys(monkeypatch):
    for name in KEYS:
        monkeypatch.setenv(name, "a-key-of-a-test")
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")


def most_memory():
    return 1024 * resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def asked(card):
    """What comes of one window: its failure, or the sentence that ends the run."""
    client = load_engine(card)
    try:
        (answer,) = client.replies([request(0, lambda: FRAMES)])
    except (UserError, ComeBackLater) as error:
        return str(error)
    finally:
        client.close()
    assert isinstance(answer, Failure)
    return answer.message


@pytest.mark.parametrize(
    ("engine", "kind"),
    [(engine, "a gzip bomb") for engine in ENGINES]
    + [(engine, kind) for engine in ("openai", "bedrock") for kind in ENDLESS],
)
def test_an_answer_without_end_is_a_sentence(engine, kind):
    before = most_memory()
    with endless(kind) as address:
        fields = {"name": "n", "engine": engine, "model": "m", "retries": 0, "timeout_s": 2}
        said = asked(find_card({**fields, "base_url": address, **ENGINES[engine]}))
    assert said
    assert "unexpected" not in said
    assert most_memory() - before < MOST_BYTES


@pytest.mark.parametrize("kind", ENDLESS)
def test_a_version_without_end_is_a_sentence(kind, monkeypatch):
    monkeypatch.setattr("touchline.models.engines.openai.vllm_version._ANSWERED_S", 1.0)
    fields = {"name": "n", "engine": "openai", "model": "m", "frames_as": "video/jpeg"}
    before = most_memory()
    with endless(kind) as address, pytest.raises(UserError) as raised:
        check_endpoint(find_card({**fields, "base_url": f"{address}/v1"}))
    assert "cannot be reached" in str(raised.value)
    assert most_memory() - before < MOST_BYTES


@pytest.mark.parametrize("kind", ["trailers without end", "no end of continuing"])
def test_bedrocks_thread_ends_with_its_answer(kind):
    """Also where the engine waits no longer for it: a thread that reads on is never let go."""
    began_s = time.monotonic()
    with endless(kind) as address:
        fields = {"name": "n", "engine": "bedrock", "model": "m", "retries": 0, "timeout_s": 60}
        said = asked(find_card({**fields, "base_url": address}))
    assert "more than 32,000,000 bytes" in said
    assert time.monotonic() - began_s < 60  # by its bytes, not by its time


@pytest.mark.parametrize("kind", sorted(ENDLESS))
@pytest.mark.parametrize("batch", ["openai", "anthropic", "gemini"])
def test_a_batch_api_without_end_is_a_sentence(kind, batch, monkeypatch):
    monkeypatch.setattr("touchline.models.endpoint.connections._MOST_BATCH_BYTES", 32_000_000)
    before = most_memory()
    with endless(kind) as address:
        card = find_card({"name": "n", "engine": batch, "model": "m", "base_url": address})
        with pytest.raises((UserError, ComeBackLater)) as raised:
            make_batch_service(card).status("batches/b")
    assert "unexpected" not in str(raised.value)
    assert most_memory() - before < MOST_BYTES


@pytest.mark.slow
@pytest.mark.parametrize(
    "kind",
    ["a gzip bomb", "chunks without end", "headers without end", "no end of early hints"],
)
def test_a_hub_without_end_is_a_sentence(kind, tmp_path):
    card = tmp_path / "card.yaml"
    card.write_text("name: tiny\nengine: transformers\ncheckpoint: someone/tiny\n")
    with endless(kind) as address:
        environment = {**os.environ, "HF_ENDPOINT": address, "HF_HOME": str(tmp_path / "hf")}
        done = subprocess.run(
            [sys.executable, "-m", "touchline", "models", "pull", str(card)],
            env=environment,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
    assert done.returncode in (2, 75), done.stderr
    assert done.stderr.count("\n") == 1
    assert "Traceback" not in done.stderr
