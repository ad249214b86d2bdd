"""Every Python that touchline supports: installed where it is here, else its wheels exist."""

import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from tests.packaging.extras import ROOT

pytestmark = pytest.mark.slow

SUPPORTED = ("3.11", "3.12", "3.13", "3.14")
OWN = f"{sys.version_info[0]}.{sys.version_info[1]}"
PIP = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet", "--quiet"]


only_if_wanted = pytest.mark.skipif(
    "TOUCHLINE_PYTHONS" not in os.environ,
    reason="SKIPPED: every Python takes minutes; set TOUCHLINE_PYTHONS=1",
)


def python(version):
    """The program of a Python, on the PATH or of pyenv; None where it is not here."""
    found = sorted(Path.home().glob(f".pyenv/versions/{version}.*/bin/python{version}"))
    candidates = [*map(str, found), shutil.which(f"python{version}")]
    for one in filter(None, candidates):
        if (
            subprocess.run([one, "-c", "import venv"], capture_output=True, check=False).returncode
            == 0
        ):
            return one
    return None


def others():
    return [one for one in SUPPORTED if one != OWN]


def test_what_is_declared_is_what_is_tried():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    named = re.findall(r"Python :: (3\.\d+)", "\n".join(project["classifiers"]))
    assert set(named) <= set(SUPPORTED)
    assert project["requires-python"] == f">={SUPPORTED[0]}"


@pytest.mark.parametrize(
    "version",
    [*(pytest.param(one, marks=only_if_wanted) for one in others()[:-1]), others()[-1]],
)
def test_all_dependencies_of_the_base_have_wheels(version, tmp_path):
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    done = subprocess.run(
        [
            *PIP,
            *("install", "--dry-run", "--ignore-installed", "--only-binary=:all:"),
            *("--python-version", version, "--target", str(tmp_path)),
            *project["dependencies"],
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    if "No matching distribution found for" not in done.stderr and done.returncode:
        pytest.skip(f"SKIPPED FOR WANT OF A PACKAGE INDEX: {done.stderr.strip()[-200:]}")
    assert done.returncode == 0, done.stderr


@only_if_wanted
@pytest.mark.parametrize("version", others())
def test_the_base_works_in_another_python(version, tmp_path, demo_match):
    program = python(version)
    if program is None:
        pytest.skip(f"SKIPPED FOR WANT OF PYTHON {version}")
    subprocess.run([program, "-m", "venv", "--without-pip", str(tmp_path / "env")], check=True)
    pip = [*PIP, "--python", str(tmp_path / "env/bin/python"), "install", "--no-compile"]
    subprocess.run([*pip, "--prefer-binary", str(ROOT)], check=True)
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}

    def run(*arguments):
        done = subprocess.run(
            [tmp_path / "env/bin/touchline", *arguments],
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert "Traceback" not in done.stderr, done.stderr
        return done

    assert run("--version").returncode == 0
    assert "demo" in run("models").stdout
    assert run("data", "verify", str(demo_match)).returncode == 0
    assert "touchline[local]" in run("demo").stderr
