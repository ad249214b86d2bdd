"""A bit of a finished run flips, or a block of it is lost: the same command ends as before."""

import random
import shutil

import pytest

from tests.attack.attacking import make_bench, replies, results
from tests.support import storm

FLIPS, BLOCKS = 8, 3
"""Flips, and blocks of each kind, that are tried here; tests/attack/attack.py tries more."""
BLOCK = 512


def flip(content, other, moment):
    """Flips a random bit."""
    bit = moment.randrange(8 * len(content))
    content[bit // 8] ^= 1 << bit % 8
    return f"bit {bit}"


def lose_block(content, other, moment):
    """A block was never written: it holds zeros."""
    at = BLOCK * moment.randrange(-(-len(content) // BLOCK))
    size = len(content[at : at + BLOCK])
    content[at : at + BLOCK] = bytes(size)
    return f"lost block at {at}"


def misplace_block(content, other, moment):
    """A block of another file was written in its place."""
    at, start = (BLOCK * moment.randrange(-(-len(one) // BLOCK)) for one in (content, other))
    size = len(content[at : at + BLOCK])
    content[at : at + BLOCK] = other[start : start + size].ljust(size, b"\0")
    return f"block at {at} is that at {start}"


@pytest.mark.slow
@pytest.mark.timeout(3000)
def test_harm_anywhere_in_a_run_is_mended_by_the_same_command(tmp_path, monkeypatch):
    monkeypatch.setenv("STORM_SECONDS", "0")
    bench = make_bench(tmp_path)
    storm.run_storm(bench, tmp_path / "whole", "0")
    assert harm_all(bench, tmp_path / "whole", FLIPS) == FLIPS
    for harm in (lose_block, misplace_block):
        assert harm_all(bench, tmp_path / "whole", BLOCKS, harm) == BLOCKS


def harm_all(bench, whole, count, harm=flip, seed=1):
    """Harms random files of a run, one at a time; how often that was done."""
    moment, right, asked = random.Random(seed), results(whole), set(replies(whole))
    files = sorted(
        path.relative_to(whole)
        for path in whole.rglob("*")
        if path.is_file() and path.stat().st_size and path.suffix != ".html"
    )
    moment.shuffle(files)
    for number in range(count):
        broken = whole.with_name("broken")
        shutil.rmtree(broken, ignore_errors=True)
        shutil.copytree(whole, broken)
        file, other = files[number % len(files)], files[(number + 1) % len(files)]
        content = bytearray((broken / file).read_bytes())
        what = harm(content, (broken / other).read_bytes(), moment)
        (broken / file).write_bytes(content)
        assert storm.run_storm(bench, broken, "0") == 0, (file, what)
        assert results(broken) == right, (file, what)
        assert set(replies(broken)) == asked, (file, what)
    return count
