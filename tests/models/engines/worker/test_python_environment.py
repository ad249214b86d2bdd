"""Environments of workers, made for real: a venv, a wheel and a repository on this machine."""

import os
import subprocess
import sys
from zipfile import ZipFile

import pytest
from typer.testing import CliRunner

from tests.models.engines.worker.test_engine import answers
from touchline.cli.main import app
from touchline.errors import UserError
from touchline.models import find_card, load_engine, make_environment
from touchline.models.engines.worker.python_environment import environment_folder, install_commands

ADAPTER = """
import lab_code, lab_wheel, sys
FRAMES = {"at_most": 8}
SETTINGS = ()
def load(checkpoint, options):
    options.clear()
    text = f"{lab_code.NAME} {lab_wheel.NAME} {sys.prefix}"
    return lambda q: {"text": text, "frames_used": len(q.frames)}
"""
PYTHON = f"{sys.version_info.major}.{sys.version_info.minor}"


@pytest.fixture
def environments(tmp_path, monkeypatch):
    monkeypatch.setenv("TOUCHLINE_ENVIRONMENTS", str(tmp_path / "environments"))
    monkeypatch.setenv("TOUCHLINE_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("TOUCHLINE_TRUST_REMOTE_CODE", "lab")
    monkeypatch.setenv("TOUCHLINE_YES", "1")
    (tmp_path / "adapter.py").write_text(ADAPTER)
    (tmp_path / "weights").mkdir()
    card = {"name": "lab", "engine": "worker", "checkpoint": str(tmp_path / "weights")}
    card |= {"adapter": str(tmp_path / "adapter.py"), "frames": {"at_most": 8}}
    return lambda **changes: find_card(card | {"python": PYTHON} | changes)


def make_wheel(folder):
    wheel = folder / "lab_wheel-1.0-py3-none-any.whl"
    facts = "Metadata-Version: 2.1\nName: lab-wheel\nVersion: 1.0\n"
    with ZipFile(wheel, "w") as file:
        file.writestr("lab_wheel.py", "NAME = 'wheel'\n")
        file.writestr("lab_wheel-1.0.dist-info/METADATA", facts)
        file.writestr("lab_wheel-1.0.dist-info/WHEEL", "Wheel-Version: 1.0\nTag: py3-none-any\n")
        file.writestr("lab_wheel-1.0.dist-info/RECORD", "")
    return f"lab-wheel @ file://{wheel}"


def make_repository(folder, monkeypatch):
    """A repository whose https address git finds on this machine."""
    folder.mkdir()
    (folder / "lab_code.py").write_text("NAME = 'code'\n")
    author = ["-c", "user.name=x", "-c", "user.email=x@example.org"]
    for words in (["init", "-q"], ["add", "."], [*author, "commit", "-q", "-m", "x"]):
        subprocess.run(["git", *words], cwd=folder, check=True)
    words = ["git", "rev-parse", "HEAD"]
    commit = subprocess.run(words, cwd=folder, check=True, capture_output=True, text=True).stdout
    for name, value in {
        "GIT_CONFIG_COUNT": "1",
        "GIT_CONFIG_KEY_0": f"url.file://{folder}.insteadOf",
        "GIT_CONFIG_VALUE_0": "https://git.example.org/lab/code",
    }.items():
        monkeypatch.setenv(name, value)
    return f"https://git.example.org/lab/code@{commit.strip()}"


@pytest.mark.slow
def test_an_environment_is_made_once_and_its_worker_runs_in_it(
    environments, tmp_path, monkeypatch, capfd
):
    card = environments(
        requirements=[make_wheel(tmp_path)],
        sources=[make_repository(tmp_path / "code", monkeypatch)],
    )
    with pytest.raises(UserError, match=r"not on this machine: touchline models env lab\."):
        load_engine(card)
    steps = []
    folder = make_environment(card, steps.append)
    assert len(steps) == 5
    assert make_environment(card, steps.append) == folder
    assert len(steps) == 5
    (answer,) = answers(card, count=1)
    assert answer.text == f"code wheel {folder}"
    assert "lab-wheel 1.0" in answer.served.fingerprint


def test_an_installation_that_fails_leaves_nothing(environments, monkeypatch, tmp_path):
    card = environments(requirements=["torch==2.2.0"])
    uv = tmp_path / "bin/uv"
    uv.parent.mkdir()
    uv.write_text('#!/bin/sh\n[ "$1" = venv ] && mkdir -p "$5" && exit 0\nexit 7\n')
    uv.chmod(0o755)
    monkeypatch.setenv("PATH", f"{uv.parent}{os.pathsep}{os.environ['PATH']}")
    steps = []
    with pytest.raises(UserError, match=r"its environment could not be made: .*ended with 7"):
        make_environment(card, steps.append)
    folder = environment_folder(card)
    assert steps == [
        f"{uv} venv --seed --python {PYTHON} {folder}",
        f"{uv} pip install --python {folder}/bin/python -r {folder}/touchline-requirements.txt",
    ]
    assert not folder.exists()


def test_another_python_is_needed_and_not_here(environments, monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(UserError, match=r"needs Python 3\.6, which is not here: install uv"):
        install_commands(environments(python="3.6"))


def test_what_is_pinned_is_part_of_the_folders_name(environments):
    first = environment_folder(environments())
    assert environment_folder(environments(timeout_s=1)) == first
    assert environment_folder(environments(requirements=["torch==2.2.0"])) != first


def test_the_command_prints_what_would_be_installed(environments, tmp_path, monkeypatch):
    file = tmp_path / "lab.yaml"
    file.write_text(
        f"name: lab\nengine: worker\ncheckpoint: a/b\nadapter: {tmp_path}/adapter.py\n"
        f"frames: {{exactly: 8}}\npython: '{PYTHON}'\nrequirements: [torch==2.2.0]\n"
    )
    monkeypatch.setenv("PATH", "/usr/bin:/bin")
    done = CliRunner().invoke(app, ["models", "env", str(file), "--dry-run"])
    assert done.exit_code == 0, done.output
    assert "  torch==2.2.0\n" in done.output
    assert " -m venv " in done.output
    assert " -m pip install --disable-pip-version-check -r " in done.output
    assert not (tmp_path / "environments").exists()


@pytest.mark.parametrize(
    ("name", "sentence"),
    [("demo", "runs through transformers and needs no environment of its own")],
)
def test_a_model_without_a_worker_has_no_environment(name, sentence):
    done = CliRunner().invoke(app, ["models", "env", name])
    assert sentence in str(done.exception)


def test_a_worker_that_needs_nothing_runs_in_this_python(environments):
    with pytest.raises(UserError, match="runs in a Python that is here already"):
        make_environment(environments(python=None), print)
