"""`pip install .` without extras: it is small, its verbs work, and what is missing is named."""

import gzip
import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tools.install_size import install, measured_mb

# In one process of the tests: two would make two environments.
pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("bare install")]

MOST_MB = 450
OLD_RUN = Path(__file__).parents[1] / "golden/old_run/run"
GAME = "england_epl/2014-2015/2015-02-21 - 18-00 Chelsea 1 - 1 Burnley"


@pytest.fixture(scope="module")
def bare(tmp_path_factory):
    """The folder of an environment with touchline and nothing that an extra brings."""
    folder = tmp_path_factory.mktemp("bare")
    try:
        install(folder)
    except subprocess.CalledProcessError:
        pytest.skip("SKIPPED FOR WANT OF PACKAGES: pip cannot install touchline here")
    return folder


@pytest.fixture
def touchline(bare, tmp_path):
    """Runs the program of the bare environment; no package of this one is seen."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}

    def run(*arguments, code=0):
        done = subprocess.run(
            [bare / "bin/touchline", *arguments],
            cwd=tmp_path,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == code, done.stderr
        assert "Traceback" not in done.stderr
        return done.stdout if code == 0 else done.stderr

    return run


def test_it_is_small(bare):
    (site_packages,) = bare.glob("lib/python3*/site-packages")
    sizes = measured_mb(site_packages)
    assert sum(sizes.values()) <= MOST_MB, sizes


def test_it_lists_its_verbs_and_models(touchline):
    assert "models" in touchline("--help")
    assert "gemma-3-4b" in touchline("models")


def test_it_scores(touchline, tmp_path):
    event = {"gameTime": "1 - 00:01", "label": "Goal", "position": "1000", "half": "1"}
    truth = {"annotations": [event | {"team": "home", "visibility": "visible"}]}
    spot = {"predictions": [event | {"confidence": "0.9"}]}
    for name, values in (("Labels-v2", truth), ("results_spotting", spot)):
        file = tmp_path / name / GAME / f"{name}.json"
        file.parent.mkdir(parents=True)
        file.write_text(json.dumps(values))
    folders = ("--labels", "Labels-v2", "--predictions", "results_spotting")
    scores = json.loads(touchline("score", *folders, "--lenient", "--json"))
    assert scores["loose"]["a_mAP_per_class"][2] == 1


def test_it_reads_a_run(touchline, tmp_path, demo_match):
    run = Path(shutil.copytree(OLD_RUN, tmp_path / "run"))
    (run / "scores.json").write_bytes(gzip.decompress((run / "scores.json.gz").read_bytes()))
    plan = (run / "plan.json").read_text().replace("{DEMO}", str(demo_match))
    (run / "plan.json").write_text(plan)
    assert "baseline/prior" in touchline("status", "run")
    touchline("merge", "run")
    assert "touchline[view]" in touchline("view", "run", code=2)


def test_what_an_extra_brings_is_named(touchline):
    assert "touchline[local]" in touchline("models", "pull", "gemma-3-4b", code=2)
