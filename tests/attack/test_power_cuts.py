"""The power is cut after any operation: what was reported is there, the same command goes on."""

import shutil

import pytest

from tests.attack.attacking import attacked, make_bench, recorded, replies, results, run_program
from tests.attack.power_cut import Disk, tree

CUTS = 8
"""Cuts that are tried here, of each kind of file system; tests/attack/attack.py tries all."""


def spread(count, most):
    """Some numbers below a count, evenly spread, the last among them."""
    most = min(count, most)
    return sorted({(count - 1) * one // max(most - 1, 1) for one in range(most)})


def after_cut(operations, folder, names_kept):
    """What the disk holds after a cut, written into a folder."""
    shutil.rmtree(folder, ignore_errors=True)
    disk = Disk(names_kept)
    disk.replay(operations)
    disk.write_to(folder)


@pytest.mark.parametrize("names_kept", [True, False])
def test_after_exit_0_everything_is_on_the_disk(tmp_path, names_kept):
    bench, disk = make_bench(tmp_path), tmp_path / "disk"
    disk.mkdir()
    operations = recorded(run_program(bench, disk / "run"), disk, tmp_path / "log")
    assert {"open", "write", "fsync", "mkdir", "replace"} <= {name for name, *_ in operations}
    after_cut(operations, tmp_path / "cut", names_kept)
    written, left = tree(disk), tree(tmp_path / "cut")
    indexes = {name for name in written if name.endswith(".index")}
    assert {name: left.get(name) for name in written if name not in indexes} == {
        name: content for name, content in written.items() if name not in indexes
    }


@pytest.mark.slow
@pytest.mark.timeout(3000)
def test_a_run_whose_power_was_cut_loses_no_answer_and_ends_as_an_unbroken_one(tmp_path):
    bench, disk = make_bench(tmp_path), tmp_path / "disk"
    disk.mkdir()
    operations = recorded(run_program(bench, disk / "run"), disk, tmp_path / "log")
    assert cut_all(bench, disk / "run", operations, tmp_path, CUTS) == 2 * CUTS


def cut_all(bench, whole, operations, folder, cuts):
    """Cuts the power at some operations and runs again; how often that was done."""
    right, tried = results(whole), 0
    for names_kept in (True, False):
        for at in spread(len(operations) + 1, cuts):
            after_cut(operations[:at], folder / "cut", names_kept)
            run = folder / "cut" / "run"
            before = set(replies(run)) if (run / "replies").is_dir() else set()
            synced = sum(
                name == "fsync" and path.endswith(".jsonl") and "replies/x/" in path
                for name, path, *_ in operations[:at]
            )
            assert len(before) >= synced, f"operation {at}: an answer that was on the disk is lost"
            done = attacked(run_program(bench, run))
            assert done.returncode == 0, f"operation {at}: {done.stderr}"
            assert results(run) == right, f"operation {at}"
            assert len(replies(run)) == len(set(replies(run)))
            tried += 1
    return tried
