"""`touchline doctor` on this machine."""

import json
import os
import subprocess
import sys

import pytest
from typer.testing import CliRunner

from tests.support.fake_hub import TOKEN, FakeHub
from touchline.cli.main import app


def run(*arguments):
    return CliRunner().invoke(app, ["doctor", *arguments])


@pytest.fixture(autouse=True)
def away_from_slurm(monkeypatch, tmp_path):
    """A SLURM that is configured for a machine that is gone is waited for."""
    monkeypatch.setenv("PATH", str(tmp_path))


def test_it_says_what_it_found_in_eighty_columns():
    done = run("demo")
    assert done.exit_code == 0, done.output
    assert "demo can be asked" in done.output
    assert max(map(len, done.output.splitlines())) <= 80
    assert done.output.splitlines()[-1] == "Nothing has to be fixed."


def test_problems_are_counted_and_the_exit_code_is_that_of_a_mistake():
    done = run("--gres", "gpu:1")
    assert done.exit_code == 2
    assert done.output.splitlines()[-1] == "1 problem to fix."


def test_programs_get_json():
    told = json.loads(run("demo", "--json").output)
    assert told["problems"] == 0
    assert {"Python", "extras", "video", "GPU", "disk", "tokens", "SLURM", "models"} <= {
        one["topic"] for one in told["findings"]
    }


@pytest.mark.parametrize(("token", "code"), [(TOKEN, 0), ("hf_of-somebody-else", 2)])
def test_the_token_of_the_hub_is_checked_there(token, code):
    with FakeHub({}) as hub:
        done = subprocess.run(
            [sys.executable, "-m", "touchline", "doctor", "--check-tokens", "--json"],
            env={**os.environ, "HF_ENDPOINT": hub.endpoint, "HF_TOKEN": token},
            capture_output=True,
            text=True,
            check=False,
        )
    assert done.returncode == code, done.stderr
    (line,) = [
        one for one in json.loads(done.stdout)["findings"] if one["facts"].get("name") == "HF_TOKEN"
    ]
    says = "the hub's token is valid, of account someone" if code == 0 else "does not accept"
    assert says in line["says"]
    assert token not in done.stdout + done.stderr
