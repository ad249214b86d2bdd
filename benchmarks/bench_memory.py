"""Memory of asking 20,000 windows, and of the report beside that of the scores that it shows.

    python benchmarks/bench_memory.py [--windows 20000] [--json] [--write]

A half of 64 by 48 pixels is asked with a made-up model that answers at once, in a process of its
own that notes how much memory it holds after every 500 windows. Asked of it: from a tenth of the
windows on, it stays within 20 %. A run of a tenth of the windows, with all null baselines, is
scored with and without making its report, each in a new process. Asked of it: the largest memory
with the report is at most twice that without.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
from pathlib import Path

from support.performance_page import add_write_option, publish, table

from tests.support.videos import write_video

EVERY = 500
STRIDE_MS, WINDOW_MS = 100, 400
BENCH = (
    "data: {root: data, halves: [1]}\nmodels: [{name: x, engine: openai, model: m, "
    "base_url: 'http://127.0.0.1:9/v1'}]\nsampling: {fps: 10, window: 0.4, stride: 0.1}\n"
)
ASK = "ask"
RUN = "run"
SCORE = "score"
REPORT = "report"


def make(folder: Path, windows: int) -> None:
    """A benchmark of one half with so many windows, and a few labels."""
    game = folder / "data/league/2025-2026/a - b"
    write_video(game / "1_224p.mkv", range(0, windows * STRIDE_MS + WINDOW_MS, 100))
    labels = [
        {
            "label": "Goal",
            "gameTime": f"1 - {ms // 60000:02d}:{ms // 1000 % 60:02d}",
            "position": str(ms),
            "team": "home",
            "visibility": "visible",
        }
        for ms in range(5000, windows * STRIDE_MS, 60_000)
    ]
    (game / "Labels-v2.json").write_text(json.dumps({"annotations": labels}))
    (folder / "bench.yaml").write_text(BENCH)


def held_mb() -> float:
    """What this process holds now."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize() / 1e6


def most_mb() -> float:
    """The most that this process has held."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e6


def ask(folder: Path) -> list[float]:
    """Plans and asks all windows of the model; what is held after every 500 of them."""
    from tests.support.storm import Answering
    from touchline.runs import Shard, build_plan, read_bench
    from touchline.runs.asking.stop import Stop
    from touchline.runs.asking.worker import work
    from touchline.runs.planning.plan import write_plan
    from touchline.runs.planning.question_writer import plan_questions

    bench = read_bench(folder / "bench.yaml")
    plan = build_plan(bench, "bench")
    model = next(one for one in plan.models if one.name == "x")
    place = folder / "run"
    write_plan(plan, place)
    plan_questions(plan, model, {}, place)
    held: list[float] = []

    def advance(done: int, _total: int) -> None:
        if done and done % EVERY == 0:
            held.append(held_mb())

    work(place, "x", Shard(), Stop(), advance, lambda *_: Answering(0.0))
    return held


def run(folder: Path) -> int:
    """Runs the benchmark with all its baselines."""
    from tests.support.storm import run_storm

    return run_storm(folder / "bench.yaml", folder / "run", "0")


def score(folder: Path, *, with_report: bool) -> float:
    """Merges and scores the run, with or without its report; the most that was held."""
    from touchline.runs import finish, read_run_bench
    from touchline.runs.results import finish as finishing

    place = folder / "run"
    bench = read_run_bench(place)
    if not with_report:
        finishing.render = lambda _data, path: path
    finish(place, bench.merging, bench.scoring)
    return most_mb()


def measured(what: str, folder: Path) -> object:
    """What a new process says of one of the three."""
    environment = {**os.environ, "TOUCHLINE_CACHE": str(folder / "cache"), "OMP_NUM_THREADS": "1"}
    environment["STORM_SECONDS"] = "0"
    command = [sys.executable, __file__, "--child", what, str(folder)]
    done = subprocess.run(command, env=environment, stdout=subprocess.PIPE, check=True)
    return json.loads(done.stdout)


def figures(windows: int) -> dict[str, float]:
    """All figures, in MB."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        make(folder, windows)
        held = measured(ASK, folder)
        assert isinstance(held, list)
        later = held[max(1, len(held) // 10) - 1 :]
        folder = folder / "scored"
        make(folder, windows // 10)
        measured(RUN, folder)
        scored, reported = measured(SCORE, folder), measured(REPORT, folder)
    assert isinstance(scored, float) and isinstance(reported, float)
    return {
        "windows": windows,
        "held at a tenth": later[0],
        "most held later": max(later),
        "growth": max(later) / later[0],
        "scoring": scored,
        "with report": reported,
        "ratio": reported / scored,
    }


def main() -> None:
    """Prints the figures."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    options.add_argument("--windows", type=int, default=20_000)
    options.add_argument("--json", action="store_true")
    add_write_option(options)
    options.add_argument("--child", nargs=2)
    given = options.parse_args()
    if given.child:
        what, folder = given.child[0], Path(given.child[1])
        found = (
            {ASK: ask, RUN: run}[what](folder)
            if what in (ASK, RUN)
            else score(folder, with_report=what == REPORT)
        )
        print(json.dumps(found))
        return
    found = figures(given.windows)
    if given.json:
        print(json.dumps(found))
        return
    rows = [
        [name, f"{value:,.2f}" if value < 100 else f"{value:,.0f}"] for name, value in found.items()
    ]
    command = "python benchmarks/bench_memory.py --write"
    publish("memory", table(["asking, and scoring a tenth of it, in MB", ""], rows), command, given)


if __name__ == "__main__":
    main()
