"""Any bit of a finished run's folder flips: the same command ends as before."""

import random
import shutil

import pytest

from tests.attack.attacking import make_bench, replies, results
from tests.support import storm

FLIPS = 8
"""Flips that are tried here; tests/attack/attack.py tries more."""


@pytest.mark.slow
@pytest.mark.timeout(3000)
def test_a_flipped_bit_anywhere_in_a_run_is_mended_by_the_same_command(tmp_path, monkeypatch):
    monkeypatch.setenv("STORM_SECONDS", "0")
    bench = make_bench(tmp_path)
    storm.run_storm(bench, tmp_path / "whole", "0")
    assert flip_all(bench, tmp_path / "whole", FLIPS) == FLIPS


def flip_all(bench, whole, flips, seed=1):
    """Flips random bits of random files of a run, one at a time; how often that was done."""
    moment, right, asked = random.Random(seed), results(whole), set(replies(whole))
    files = sorted(
        path.relative_to(whole)
        for path in whole.rglob("*")
        if path.is_file() and path.stat().st_size and path.suffix != ".html"
    )
    moment.shuffle(files)
    for number in range(flips):
        broken = whole.with_name("broken")
        shutil.rmtree(broken, ignore_errors=True)
        shutil.copytree(whole, broken)
        file = files[number % len(files)]
        content = bytearray((broken / file).read_bytes())
        bit = moment.randrange(8 * len(content))
        content[bit // 8] ^= 1 << bit % 8
        (broken / file).write_bytes(content)
        assert storm.run_storm(bench, broken, "0") == 0, (file, bit)
        assert results(broken) == right, (file, bit)
        assert set(replies(broken)) == asked, (file, bit)
    return flips
