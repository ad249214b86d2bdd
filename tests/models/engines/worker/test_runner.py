"""The program that runs adapters, with an adapter of the standard library."""

import ast
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.models.engines.worker.test_engine import answers
from touchline.errors import UserError
from touchline.models import Failure, FailureReason, load_engine
from touchline.models.card_types.worker_program import ADAPTERS
from touchline.models.engines.worker.process import RUNNER


def of(worker_card, **changes):
    return worker_card(program=sys.executable, **changes)


def test_an_adapter_is_loaded_and_asked(worker_card, tmp_path):
    card = of(worker_card, honours=["max_new_tokens", "seed"], generation={"seed": 5})
    first, *_ = answers(card, seed=5)
    assert "'settings': {'max_new_tokens': 8, 'seed': 5}" in first.text
    assert "'ms': [0, 200, 400, 600]" in first.text
    assert first.prompt_tokens == 7
    assert first.served.fingerprint.startswith("python 3.")
    (log,) = (tmp_path / "cache/servers").glob("*.log")
    assert f"loading {tmp_path / 'checkpoint'}" in log.read_text()
    assert "Analyze these 4 soccer game frames" in log.read_text()


@pytest.mark.parametrize(
    ("kind", "reason", "message"),
    [
        ("long", FailureReason.TOO_LONG, "TooLong: 9,000 tokens"),
        ("memory", FailureReason.MEMORY, "RuntimeError: CUDA out of memory. Tried to allocate"),
        ("error", FailureReason.ENGINE, "KeyError: 'pixel_values'"),
    ],
)
def test_an_exception_is_a_failure_of_its_question(worker_card, kind, reason, message):
    found = answers(of(worker_card, options={"kind": kind}), count=2)
    assert all(isinstance(one, Failure) for one in found)
    assert [(one.key, one.reason, one.message) for one in found] == [
        ("k0", reason, message),
        ("k1", reason, message),
    ]


def test_an_option_that_the_adapter_does_not_take_is_refused(worker_card):
    with pytest.raises(UserError, match="does not take the options crops, tiles"):
        load_engine(of(worker_card, crops=3, options={"tiles": 6}))


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (
            "def load(c, options):\n    options.clear()\n    return print\n",
            "has no attribute 'SETTINGS'",
        ),
        ("import nowhere\n", "its program lacks a package"),
        ("SETTINGS = ()\ndef load(c, options):\n    options.clear()\n    return print\n", "frames"),
        ("SETTINGS = ()\ndef load(c, options):\n    return input('y/n')\n", "EOF when reading"),
    ],
)
def test_an_adapter_that_is_wrong_is_one_sentence(worker_card, tmp_path, text, sentence):
    adapter = tmp_path / "adapter.py"
    adapter.write_text(text)
    with pytest.raises(UserError) as caught:
        load_engine(of(worker_card, adapter=str(adapter)))
    assert sentence in str(caught.value)
    assert "\n" not in str(caught.value)


_LEAVES = """
import os, sys
FRAMES, SETTINGS, asked = {'at_most': 8}, ('max_new_tokens',), []
def load(c, options):
    options.clear()
    def answer(question):
        asked.append(question)
        if len(asked) == 1:
            sys.exit('a frame is broken')
        return {'text': str((os.getpid(), len(asked))), 'frames_used': 4}
    return answer
"""


def test_code_that_leaves_the_program_fails_its_question_only(worker_card, tmp_path):
    """Makers' scripts call sys.exit where others raise; loading weights again takes minutes."""
    adapter = tmp_path / "adapter.py"
    adapter.write_text(_LEAVES)
    failed, *later = answers(of(worker_card, adapter=str(adapter)), count=3)
    assert (failed.key, failed.message) == ("k0", "SystemExit: a frame is broken")
    assert [reply.text.split(", ")[1] for reply in later] == ["2)", "3)"]


def test_an_adapter_that_leaves_while_it_loads_is_one_sentence(worker_card, tmp_path):
    adapter = tmp_path / "adapter.py"
    adapter.write_text("def load(c, options):\n    raise SystemExit('flash-attn is needed')\n")
    with pytest.raises(UserError, match="flash-attn is needed") as caught:
        load_engine(of(worker_card, adapter=str(adapter)))
    assert "\n" not in str(caught.value)


def test_a_reply_without_its_frames_is_refused(worker_card, tmp_path):
    adapter = tmp_path / "adapter.py"
    adapter.write_text(
        "FRAMES = {'at_most': 8}\nSETTINGS = ('max_new_tokens',)\n"
        "def load(c, options):\n    options.clear()\n    return lambda q: {'text': 'None.'}\n"
    )
    (found,) = answers(of(worker_card, adapter=str(adapter)), count=1)
    assert "its reply is not valid (frames_used: Field required)" in found.message


def test_the_worker_sees_neither_the_path_nor_keys_nor_the_hub(worker_card, tmp_path, monkeypatch):
    monkeypatch.setenv("PYTHONPATH", "/nowhere")
    monkeypatch.setenv("OPENAI_API_KEY", "sk-1")
    monkeypatch.setenv("HF_TOKEN", "hf-1")
    adapter = tmp_path / "adapter.py"
    adapter.write_text(
        "import json, os, sys\nFRAMES = {'at_most': 8}\nSETTINGS = ('max_new_tokens',)\n"
        "def load(c, options):\n    options.clear()\n"
        "    facts = dict(os.environ, path=sys.path)\n"
        "    return lambda q: {'text': json.dumps(facts), 'frames_used': len(q.frames)}\n"
    )
    card = of(worker_card, adapter=str(adapter), devices=["7"], worker_env={"A": 1})
    (found,) = answers(card, count=1)
    facts = json.loads(found.text)
    assert not facts.keys() & {"PYTHONPATH", "OPENAI_API_KEY", "HF_TOKEN"}
    assert facts["HF_HUB_OFFLINE"] == "1"
    assert (facts["CUDA_VISIBLE_DEVICES"], facts["A"]) == ("7", "1")
    assert not [one for one in facts["path"] if "nowhere" in one or one.endswith("/worker")]


FILES = [RUNNER, *sorted(ADAPTERS.glob("*.py"))]


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_old_versions_of_python_can_read_what_runs_in_a_worker(file):
    """What a version has no syntax for; what it has no function for is not seen."""
    ast.parse(file.read_text(), feature_version=(3, 8))


@pytest.mark.parametrize("version", ["3.8", "3.9", "3.10", "3.13"])
def test_a_worker_runs_under_another_version_of_python(worker_card, version):
    found = interpreter(version)
    if found is None:
        pytest.skip(f"SKIPPED: there is no Python {version} here")
    (reply,) = answers(worker_card(program=found), count=1)
    assert reply.served.fingerprint.startswith(f"python {version}.")


def interpreter(version):
    """A Python of a version that runs, on the PATH or where pyenv puts them; None if none does."""
    name = f"python{version}"
    folder = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv"))
    known = [shutil.which(name), *map(str, folder.glob(f"versions/{version}.*/bin/{name}"))]
    for one in filter(None, known):
        if subprocess.run([one, "-c", ""], check=False, capture_output=True).returncode == 0:
            return one
    return None
