"""A program is killed, torn or failed at its n-th write: the same command then ends well."""

import shutil

import pytest

from tests.attack.attacking import (
    assert_said,
    attacked,
    make_bench,
    recorded,
    replies,
    results,
    run_program,
)
from tests.attack.test_power_cuts import spread

ERRORS = ("ENOSPC", "EIO", "EFBIG", "EMFILE", "EACCES", "EROFS", "ENOENT")
TRIES = 3
"""Operations that are tried here of each kind; tests/attack/attack.py tries all."""

pytestmark = [pytest.mark.slow, pytest.mark.timeout(3000)]


@pytest.fixture
def whole(tmp_path):
    """A benchmark, an unbroken run of it, and how many operations that took."""
    bench = make_bench(tmp_path)
    operations = recorded(
        run_program(bench, tmp_path / "whole"), tmp_path / "whole", tmp_path / "n"
    )
    return bench, tmp_path / "whole", len(operations)


@pytest.mark.parametrize("how", ["kill", "tear"])
def test_a_run_that_is_killed_anywhere_ends_as_an_unbroken_one(whole, how):
    bench, folder, count = whole
    assert meddle_with_run(bench, folder, spread(count, TRIES), how) == TRIES


@pytest.mark.parametrize("how", ERRORS)
def test_an_error_of_the_disk_is_a_sentence_and_the_same_command_goes_on(whole, how):
    bench, folder, count = whole
    assert meddle_with_run(bench, folder, spread(count, 2), how, lasting=True) == 2


def meddle_with_run(bench, whole, places, how, **attack):
    """Meddles with a run at some operations and runs again; how often that was done."""
    right, tried = results(whole), 0
    for at in places:
        broken = whole.with_name("broken")
        shutil.rmtree(broken, ignore_errors=True)
        done = attacked(run_program(bench, broken), root=broken, how=how, at=at, **attack)
        if how in ("kill", "tear"):
            assert done.returncode == -9
        else:
            assert_said(done)
            if done.returncode == 0:  # it was a file that can be done without
                assert results(broken) == right, f"operation {at}: the error was passed over"
        before = set(replies(broken)) if (broken / "replies").is_dir() else set()
        again = attacked(run_program(bench, broken))
        assert again.returncode == 0, f"operation {at}: {again.stderr}"
        assert results(broken) == right, f"operation {at}"
        answered = replies(broken)
        assert before <= set(answered)
        assert len(answered) == len(set(answered))
        tried += 1
    return tried


VERBS = {
    "fuse": ["fuse", "{folder}/run", "{folder}/other", "-o", "{folder}/out"],
    "merge": ["merge", "{folder}/run", "--set", "merging.window=9"],
    "report": ["report", "{folder}/run"],
}


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("how", ["kill", "ENOSPC"])
def test_a_verb_that_is_stopped_anywhere_can_be_repeated(whole, tmp_path, verb, how):
    assert meddle_with_verb(whole[1], tmp_path / "verbs", verb, how, 2) == 2


def meddle_with_verb(run, folder, verb, how, tries):
    """Meddles with a verb that writes, and repeats it; how often that was done."""

    def fresh():
        shutil.rmtree(folder, ignore_errors=True)
        for name in ("run", "other"):
            shutil.copytree(run, folder / name)
        return ["-m", "touchline", *(one.format(folder=folder) for one in VERBS[verb])]

    operations = recorded(fresh(), folder, folder.with_name("log"))
    right = contents(folder)
    places = spread(len(operations), tries)
    for at in places:
        done = attacked(fresh(), root=folder, how=how, at=at, lasting=how != "kill")
        if how == "kill":
            assert done.returncode == -9
            compared = attacked(["-m", "touchline", "compare", f"{folder}/run", f"{folder}/other"])
            assert compared.returncode == 0 or "is not finished" in compared.stderr
        else:
            assert_said(done)
        again = attacked(["-m", "touchline", *(one.format(folder=folder) for one in VERBS[verb])])
        was_done = "exists already" in again.stderr  # killed when all of it was there
        assert again.returncode == 0 or was_done, f"operation {at}: {again.stderr}"
        assert contents(folder) == right, f"operation {at}"
    return len(places)


def contents(folder):
    """What all runs of a folder came to: their files but for the page, which has the time on it."""
    kept = (path for path in folder.rglob("*") if path.is_file() and path.suffix != ".html")
    return {
        str(path.relative_to(folder)): path.read_bytes() for path in kept if path.name[0] != "."
    }
