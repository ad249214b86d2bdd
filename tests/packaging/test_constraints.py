"""The two files of versions say the same."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
_HASHED = re.compile(r"(\S+)==(\S+) --hash=sha256:[0-9a-f]{64}")


def lines(name):
    text = (ROOT / name).read_text(encoding="utf-8")
    return [line for line in text.splitlines() if line and not line.startswith("#")]


def normal(name):
    return re.sub(r"[-_.]+", "-", name).lower()


def test_every_version_has_its_hash():
    versions = [line.split("==") for line in lines("constraints.txt")]
    hashed = [_HASHED.fullmatch(line) for line in lines("constraints-hashed.txt")]
    assert all(hashed)
    found = {normal(one[1]): one[2] for one in hashed if one}
    assert found == {normal(name): version for name, version in versions}
