"""Any error of the system, at any file that a verb reads or writes, is a sentence."""

import shutil

import pytest

from tests.attack.attacking import assert_said, attacked, make_bench, recorded, run_program
from tests.attack.test_power_cuts import spread

ERRORS = (
    *("EIO", "EACCES", "EMFILE", "ENOSPC", "ENOENT", "EFBIG", "ESTALE", "EROFS", "ENOTDIR"),
    *("EUCLEAN", "EINVAL", "EBUSY"),
)
TRIES = 2
"""Faults that are tried here of each verb; tests/attack/attack.py tries more."""

LABELS = "{folder}/bench/data"
VERBS = {
    "run": ["run", "{folder}/bench/bench.yaml", "--out", "{folder}/run", "--dry-run"],
    "status": ["status", "{folder}/run"],
    "report": ["report", "{folder}/run"],
    "merge": ["merge", "{folder}/run", "--set", "merging.window=9"],
    "tune": ["tune", "{folder}/run"],
    "fuse": ["fuse", "{folder}/run", "{folder}/other", "-o", "{folder}/out"],
    "score": ["score", "--predictions", "{folder}/run/spots/x", "--labels", LABELS],
    "compare": ["compare", "{folder}/run", "{folder}/other"],
    "power": ["power", "{folder}/run", "{folder}/other"],
    "agree": ["agree", LABELS, LABELS, "--run", "{folder}/run"],
    "data verify": ["data", "verify", LABELS],
    "data normalize": ["data", "normalize", LABELS, "--out", "{folder}/small"],
    "data cache": ["data", "cache", "--clear"],
    "spot": [
        *("spot", "{folder}/bench/data/league/2025-2026/a - b/1_224p.mkv"),
        *("--model", "baseline/random", "-o", "{folder}/events.json", "--out", "{folder}/spotted"),
    ],
}
ASKING = "run that asks"
"""A run from its plan to its report, with a model that answers by itself."""

pytestmark = [pytest.mark.slow, pytest.mark.timeout(3000)]


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    """A folder with a benchmark and a run of it."""
    folder = tmp_path_factory.mktemp("faults")
    make_place(folder)
    return folder


def make_place(folder):
    """Makes a benchmark, and a run of it."""
    (folder / "bench").mkdir()
    bench = make_bench(folder / "bench")
    game = folder / "bench/data/league/2025-2026/a - b"
    shutil.copytree(game, game.with_name("c - d"))  # tuning needs two
    done = attacked(run_program(bench, folder / "run"), cache=folder / "cache")
    assert done.returncode == 0, done.stderr
    shutil.copytree(folder / "run", folder / "other")


@pytest.mark.parametrize("verb", [ASKING, *VERBS])
def test_an_error_of_the_system_in_any_verb_is_a_sentence(place, tmp_path, verb):
    assert fail_everywhere(place, tmp_path / "verb", verb, TRIES) >= 1


def fail_everywhere(place, folder, verb, tries):
    """Fails a verb at some of the files that it reads or writes; how often that was done."""
    words = (
        run_program(folder / "bench/bench.yaml", folder / "asked")
        if verb == ASKING
        else ["-m", "touchline", *(one.format(folder=folder) for one in VERBS[verb])]
    )

    def fresh():
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(place, folder)
        return words

    log = folder.with_name("log")
    operations = recorded(fresh(), folder, log, reads=True, cache=folder / "cache")
    places = spread(len(operations), tries + 2)[1:-1] or [0]
    for number, at in enumerate(places):
        how = ERRORS[number % len(ERRORS)]
        done = attacked(
            fresh(), root=folder, how=how, at=at, reads=True, cache=folder / "cache", log=log
        )
        try:
            assert_said(done)
        except AssertionError as error:
            raise AssertionError(f"{how} at {operations[at]}: {done.stderr}") from error
        again = attacked(words, cache=folder / "cache")
        there = "exists already" in again.stderr
        assert again.returncode == 0 or there, f"{how} at {operations[at]}: {again.stderr}"
    return len(places)
