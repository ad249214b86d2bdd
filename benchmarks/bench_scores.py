"""CPU and memory of scoring: touchline beside the package SoccerNet, which has the seven metrics.

    python benchmarks/bench_scores.py [--all] [--touchline-only] [--write]

Each side scores the same zips of 100 games in a process of its own, one after the other; counted
is all that the process takes, its start and imports included. "score" is the verb with its official
figures, "--beyond" the verb with everything, "compare" 11 rows and their tests, "stacking" the set
fused with 187,000 other spots. The ratios are to the package's seven metrics of one set. --all adds
the sets of 187,000 and 276,000 spots, which take the package several minutes.
"""

import argparse
import json
import os
import subprocess
import sys
from pathlib import Path

from support.performance_page import add_write_option, publish, table

SHARED = Path(os.environ.get("TOUCHLINE_SHARED") or Path(__file__).resolve().parents[2] / "shared")
PREDICTIONS = SHARED / "soccernet" / "predictions"
SETS = ("real_NETVLAD_v2_test", "vlm_overdetector", "foul_storm")

TOUCHLINE = """
import io, json, sys
from contextlib import redirect_stdout
from touchline.cli.main import main
sys.argv = ["touchline", "score", "--labels", sys.argv[1], "--predictions", *sys.argv[2:]]
sys.argv += ["--lenient", "--json"]
with redirect_stdout(io.StringIO()) as shown:
    try:
        main()
    except SystemExit as done:
        if done.code:
            raise
found = json.loads(shown.getvalue())
metrics = ("loose", "tight", "at1", "at2", "at3", "at4", "at5")
print(json.dumps({name: found[name]["a_mAP"] for name in metrics}))
"""
COMPARE = """
import json, sys
from pathlib import Path
import numpy as np
from touchline.games import ProblemLog
from touchline.runs import compare
from touchline.runs.comparison.contest import Contest, Entry
from touchline.games import SOCCERNET_V2
from touchline.scores import ScoringSettings
from touchline.spots import read_pairs
read = read_pairs(Path(sys.argv[1]), Path(sys.argv[2]), problems=ProblemLog(lenient=True))
pairs = read.games
generator = np.random.default_rng(0)
def shaken(spread):
    return {
        game: [
            spot._replace(confidence=float(np.clip(spot.confidence + noise, 0, 1)))
            for spot, noise in zip(spots, generator.normal(0, spread, len(spots)), strict=True)
        ]
        for game, (_, spots) in pairs.items()
    }
entries = tuple(
    Entry(f"row {i}", "model" if i < 8 else "baseline", shaken(0.05 * i), None, None)
    for i in range(11)
)
truth = {game: labels for game, (labels, _) in pairs.items()}
found = compare(Contest(entries, truth, SOCCERNET_V2, ScoringSettings()))
print(json.dumps({"loose": found.rows[0].loose, "tight": found.rows[0].tight}))
"""
STACK = """
import json, sys
from pathlib import Path
from touchline.games import SOCCERNET_V2, ProblemLog
from touchline.runs.merging.fuse import stacked_signals
from touchline.runs.merging.held_out import decode_held_out
from touchline.runs.merging.tune import figure_of
from touchline.spots import read_pairs
timelines = []
for file in sys.argv[2:]:
    games = read_pairs(Path(sys.argv[1]), Path(file), problems=ProblemLog(lenient=True)).games
    truth = {game: labels for game, (labels, _) in games.items()}
    timelines.append({game: spots for game, (_, spots) in games.items()})
spots = decode_held_out(stacked_signals(timelines, truth), truth, SOCCERNET_V2)[0]
found = figure_of({game: (truth[game], spots[game]) for game in truth}, SOCCERNET_V2)
print(json.dumps({"loose": found.loose, "tight": found.tight}))
"""
PACKAGE = """
import json, sys
from SoccerNet.Evaluation.ActionSpotting import evaluate
metrics = ("loose", "tight", "at1", "at2", "at3", "at4", "at5")
figures = {m: evaluate(sys.argv[1], sys.argv[2], metric=m)["a_mAP"] for m in metrics}
print(json.dumps({name: float(value) for name, value in figures.items()}))
"""
SIDES = {
    "score": (TOUCHLINE,),
    "--beyond": (TOUCHLINE, "--beyond"),
    "compare": (COMPARE,),
    "stacking": (STACK, PREDICTIONS / "vlm_overdetector.zip"),
}
SAME_FIGURES = ("score", "--beyond")


def measure(program: str, *arguments: Path | str) -> tuple[dict[str, float], float, float]:
    """Figures, CPU seconds and peak MB of one process."""
    command = [sys.executable, "-c", program, *map(str, arguments)]
    environment = os.environ | {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    # As installed: packages are compiled once, not in every process.
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=environment
    )
    assert process.stdout is not None
    output = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        sys.exit(f"the process failed with {process.returncode}; run it alone to see why")
    return json.loads(output), usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def main() -> None:
    """Measures, prints and, with --write, publishes."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--all", action="store_true")
    parser.add_argument("--touchline-only", action="store_true")
    add_write_option(parser)
    options = parser.parse_args()
    labels = SHARED / "soccernet" / "labels_test.zip"
    if not labels.exists():
        print(f"not measured: the reference data is absent: {labels} (set TOUCHLINE_SHARED)")
        return
    rows, differences = [], {}
    for name in SETS if options.all or options.touchline_only else SETS[:1]:
        spots = PREDICTIONS / f"{name}.zip"
        theirs = None if options.touchline_only else measure(PACKAGE, labels, spots)
        if theirs:
            rows.append(line(name, "SoccerNet", theirs, theirs))
        for side, (program, *arguments) in SIDES.items():
            ours = measure(program, labels, spots, *arguments)
            rows.append(line(name, f"touchline, {side}", ours, theirs))
            if theirs and side in SAME_FIGURES:
                differences[name, side] = max(
                    abs(ours[0][metric] - theirs[0][metric]) for metric in theirs[0]
                )
    body = table(["", "CPU s", "the package : this", "peak MB", "loose", "tight"], rows)
    if differences:
        worst = max(differences.values())
        body += f"\n\nThe largest difference between the seven metrics of both is {worst:.1e}."
    publish("scores", body, "python benchmarks/bench_scores.py --write", options)


def line(
    name: str,
    side: str,
    found: tuple[dict[str, float], float, float],
    theirs: tuple[dict[str, float], float, float] | None,
) -> list[str]:
    """One side's figures, printed as soon as they are there."""
    figures, cpu_s, memory_mb = found
    cells = [
        f"{name}: {side}",
        f"{cpu_s:.2f}",
        f"{theirs[1] / cpu_s:.1f} : 1" if theirs else "–",
        f"{memory_mb:.0f}",
        f"{100 * figures['loose']:.2f}",
        f"{100 * figures['tight']:.2f}",
    ]
    print(" ".join(cells), file=sys.stderr, flush=True)
    return cells


if __name__ == "__main__":
    main()
