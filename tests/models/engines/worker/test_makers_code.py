"""The adapter of VideoLLaMA2 with its makers' code: a tiny random checkpoint, on the CPU.

Needs a Python that has that code, `touchline models env videollama2` or one like it, in
$TOUCHLINE_VIDEOLLAMA2; the stand-ins of `test_adapters.py` are tested everywhere.
"""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.support.asking import request
from touchline.models import Failure, Reply, find_card, load_engine

VARIABLE = "TOUCHLINE_VIDEOLLAMA2"
SUPPORT = Path(__file__).parents[3] / "support"


@pytest.fixture(scope="module")
def tiny(tmp_path_factory):
    python = os.environ.get(VARIABLE)
    if not python:
        pytest.skip(f"no makers' code of VideoLLaMA2 (set {VARIABLE}, see docs/workers.md)")
    folder = tmp_path_factory.mktemp("videollama2")
    shutil.copy(SUPPORT / "cuda_on_cpu.py", folder / "sitecustomize.py")
    made = subprocess.run(
        [python, str(SUPPORT / "tiny_videollama2.py"), str(folder)],
        env={**os.environ, "PYTHONPATH": str(folder), "HF_HUB_OFFLINE": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert made.returncode == 0, made.stderr
    return folder


@pytest.fixture
def card(tiny, monkeypatch):
    monkeypatch.setenv("TOUCHLINE_TRUST_REMOTE_CODE", "videollama2")
    monkeypatch.setenv("TOUCHLINE_YES", "1")
    return find_card(
        {
            "use": "videollama2",
            "checkpoint": str(tiny / "checkpoint"),
            "program": os.environ[VARIABLE],
            "requirements": [],
            "sources": [],
            "python": None,
            "generation": {"max_new_tokens": 6},
            "worker_env": {"PYTHONPATH": str(tiny), "CUDA_VISIBLE_DEVICES": ""},
        }
    )


def asked(card, *requests):
    engine = load_engine(card)
    try:
        return list(engine.replies(requests))
    finally:
        engine.close()


@pytest.mark.slow
@pytest.mark.timeout(1200)
def test_the_makers_code_answers_for_the_frames_that_it_was_given(card):
    first, second = asked(card, request(0, 8), request(1, 8))
    assert all(isinstance(answer, Reply) for answer in (first, second)), (first, second)
    assert first.served.fingerprint
    assert first.lowered == first.unusable == ()
    short, again, sampled = asked(
        card, request(2, 5), request(0, 8), request(0, 8, temperature=1.0, top_p=0.9)
    )
    assert isinstance(short, Failure)
    assert "exactly 8" in short.message
    assert again.text == first.text
    assert isinstance(sampled, Reply)
