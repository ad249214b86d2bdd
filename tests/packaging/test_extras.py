"""Every module can be imported where only what it claims is installed, and a bare one works."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.packaging.extras import CLAIMED, DECLARED, all_modules, extra_of, hidden_names

_IMPORTER = Path(__file__).with_name("blocked_import.py")


@pytest.mark.parametrize("extra", ["", *sorted(set(CLAIMED.values()))])
def test_modules_need_no_more_than_they_claim(extra):
    modules = [one for one in all_modules() if extra_of(one) == extra]
    assert modules
    told = f"{json.dumps(hidden_names(extra))}\n{json.dumps(modules)}\n"
    done = subprocess.run(
        [sys.executable, _IMPORTER], input=told, capture_output=True, text=True, check=True
    )
    failed = json.loads(done.stdout.splitlines()[-1])
    assert not failed, json.dumps(failed, indent=1)


def test_what_is_hidden_is_not_nothing():
    assert {"torch", "tenacity", "pytest", "librosa", "cv2"} <= set(hidden_names(""))
    assert "torch" not in hidden_names("local")
    assert not {"numpy", "pydantic", "typer", "markupsafe"} & set(hidden_names(""))


def test_one_opencv_is_enough():
    listed = [one for extra in DECLARED["optional-dependencies"].values() for one in extra]
    assert not [one for one in listed if one.startswith(("opencv-python>", "scenedetect>"))]
