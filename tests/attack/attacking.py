"""A small run to attack, programs that attack it, and what must be true of it afterwards."""

import json
import os
import pickle
from pathlib import Path

from tests.attack import injector
from tests.attack.forked import run_forked
from tests.support import storm
from tests.support.videos import soccernet_folder
from touchline.models import Reply
from touchline.replies import read_records

GAME = "league/2025-2026/a - b"
BENCH = (
    "data: {root: data}\nmodels: [{name: x, engine: openai, model: m, "
    "base_url: 'http://127.0.0.1:9/v1'}]\nsampling: {fps: 5, window: 2, stride: 1}\n"
)
RESULTS = (f"spots/x/{GAME}/results_spotting.json", "spots.csv", "scores.json")
OUTPUT = {0: "", 2: "touchline: ", 75: "touchline: "}


def make_bench(folder):
    """A benchmark of eight windows; it answers itself when it is run by `storm`."""
    soccernet_folder(folder / "data", labels=[(1, 1000, "Goal"), (2, 2500, "Foul")])
    bench = folder / "bench.yaml"
    bench.write_text(BENCH)
    return bench


def run_program(bench, folder):
    """The arguments of a run in one process."""
    return [storm.__file__, "run", str(bench), str(folder), "0"]


def attacked(program, cache=None, **attack):
    """Runs a program with the injector in it (see there for `attack`), or without.

    Args:
        program: its arguments.
        cache: the folder of its cache; None leaves it as it is.
        attack: of the injector.
    """
    environment = os.environ | {"STORM_SECONDS": "0"}
    if cache is not None:
        environment["TOUCHLINE_CACHE"] = str(cache)
    if attack:
        environment["ATTACK"] = json.dumps({key: _plain(attack[key]) for key in attack})
        program = [injector.__file__, *program]
    return run_forked(program, environment)


def recorded(program, root, log, cache=None, reads=False):
    """What a program does to files below a folder, in order."""
    done = attacked(program, cache, root=root, how="record", log=log, reads=reads)
    assert done.returncode == 0, done.stderr
    return pickle.loads(log.read_bytes())


def replies(folder):
    """The keys of the windows that were answered, one for each record."""
    found = (record.answer for record in read_records(folder / "replies/x"))
    return [answer.key for answer in found if isinstance(answer, Reply)]


def results(folder):
    """What a run came to, as bytes."""
    return [(folder / name).read_bytes() for name in RESULTS]


def assert_said(done):
    """A program that was failed, not killed, says one sentence and has the right exit code."""
    assert done.returncode in (0, 2, 75), done.stderr
    for jargon in ("Traceback", "Errno"):
        assert jargon not in done.stderr + done.stdout, done.stderr


def _plain(value):
    return str(value) if isinstance(value, Path) else value
