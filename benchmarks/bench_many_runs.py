"""Listing, and scoring together, the runs of a thousand folders.

    python benchmarks/bench_many_runs.py [--runs 10 100 1000] [--write]

One run of the null baselines on the built-in match is made, and copied under another name of the
game for each folder; in every tenth copy the scores are taken away, as in a run that still goes on.
Measured are `touchline runs FOLDER --all --json`, and a prototype of what would judge a model whose
games are spread over many runs: the spots and labels of all scored folders are read in parallel and
scored as one set of games.
"""

import argparse
import json
import shutil
import sys
import tempfile
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from bench_runs import measured
from support.performance_page import add_write_option, publish, table

from touchline.games import Label
from touchline.runs import build_plan, list_runs, load_run, parse_bench, run
from touchline.runs.merging.tune import figure_of
from touchline.seal import seal
from touchline.spots import Spot

BENCH = 'data: {root: "builtin:demo"}\nmodels: [baseline/clock]\n'
MODEL = "baseline/clock"
READERS = 2


def copies(original: Path, folder: Path, count: int) -> None:
    """Copies a run under other names of its game; every tenth without scores."""
    plan = json.loads((original / "plan.json").read_text(encoding="utf-8"))
    plan.pop("checksum")
    game = plan["games"][0]["id"]
    for number in range(count):
        copy = folder / f"{number:05d}"
        shutil.copytree(original, copy, ignore=shutil.ignore_patterns("report", "asking"))
        renamed = f"league/season/{number:05d}"
        plan["games"][0]["id"] = renamed
        (copy / "plan.json").write_text(seal(json.dumps(plan, indent=1)), encoding="utf-8")
        for spots in (copy / "spots").rglob("results_spotting.json"):
            model = spots.parents[len(Path(game).parts) - 1]
            place = model / renamed / spots.name
            place.parent.mkdir(parents=True)
            spots.rename(place)
        if number % 10 == 9:
            (copy / "scores.json").unlink()


def pooled(folder: Path) -> tuple[int, float, float]:
    """Number of games, loose and tight of a model over all scored runs below a folder."""
    runs = {one.run: one.scored for one in list_runs([folder]).models}
    games: dict[str, tuple[list[Label], list[Spot]]] = {}
    with ProcessPoolExecutor(READERS) as readers:
        for found in readers.map(
            _read, [run for run, scored in runs.items() if scored], chunksize=8
        ):
            games.update(found)
    task = load_run(next(run for run, scored in runs.items() if scored)).task
    figure = figure_of(games, task)
    return len(games), figure.loose, figure.tight


def _read(folder: Path) -> dict[str, tuple[list[Label], list[Spot]]]:
    results = load_run(folder)
    spots = results.models[MODEL]
    return {game: (labels, spots.get(game, [])) for game, labels in results.games.items()}


def main() -> None:
    """Measures and prints."""
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--runs", type=int, nargs="+", default=[10, 100, 1000])
    arguments.add_argument("--pooled", type=Path, help=argparse.SUPPRESS)
    add_write_option(arguments)
    wanted = arguments.parse_args()
    if wanted.pooled:
        games, loose, tight = pooled(wanted.pooled)
        print(f"{games} games: loose {100 * loose:.2f}, tight {100 * tight:.2f}", file=sys.stderr)
        return
    rows = []
    with tempfile.TemporaryDirectory() as name:
        original = Path(name) / "original"
        run(build_plan(parse_bench(BENCH, "bench", Path()), "bench"), original, lambda *_: None)
        for count in wanted.runs:
            folder = Path(name) / str(count)
            copies(original, folder, count)
            listing = [sys.executable, "-m", "touchline", "runs", str(folder), "--all", "--json"]
            listed = measured(listing, folder)
            pooling = [sys.executable, __file__, "--pooled", str(folder)]
            taken = (*listed, *measured(pooling, folder))
            rows.append([f"{count:,}", *(f"{one:.{2 * (one < 100)}f}" for one in taken)])
            print(" ".join(rows[-1]), file=sys.stderr, flush=True)
            shutil.rmtree(folder)
    header = ["run folders", "listed, CPU s", "MB", "scored as one, CPU s", "MB"]
    command = "python benchmarks/bench_many_runs.py --write"
    publish("many_runs", table(header, rows), command, wanted)


if __name__ == "__main__":
    main()
