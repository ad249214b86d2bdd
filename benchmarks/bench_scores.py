"""CPU and memory of the seven official metrics: touchline beside the package SoccerNet.

    python benchmarks/bench_scores.py [--all] [--touchline-only]

Each side scores the same zips of 100 games in a process of its own, one after the other; counted
is all that the process takes, its start and imports included. --all adds the sets of 187,000 and
276,000 spots, which take the package several minutes. "intervals" is touchline's reading, matching
and leaving out each of the 100 games, with intervals on ten figures.
"""

import argparse
import json
import os
import subprocess
import sys
from pathlib import Path

SHARED = Path(os.environ.get("TOUCHLINE_SHARED") or Path(__file__).resolve().parents[2] / "shared")
SETS = ("real_NETVLAD_v2_test", "vlm_overdetector", "foul_storm")

TOUCHLINE = """
import json, sys
from pathlib import Path
from touchline.games import SOCCERNET_V2, ProblemLog, read_label_files
from touchline.scores import official_scores
from touchline.spots.spots_file import read_spot_files
problems = ProblemLog(lenient=True)
labels = read_label_files(Path(sys.argv[1]), SOCCERNET_V2, problems=problems)
spots = read_spot_files(Path(sys.argv[2]), labels, problems=problems)
figures = official_scores({game: (labels[game], spots[game]) for game in labels})
print(json.dumps({name: a.a_map for name, a in figures.metrics.items()}))
"""
INTERVALS = """
import json, sys
from pathlib import Path
from touchline.games import ProblemLog
from touchline.scores import count_by_game, intervals, leave_one_out
from touchline.spots.labels_and_spots import read_pairs
games = read_pairs(Path(sys.argv[1]), Path(sys.argv[2]), problems=ProblemLog(lenient=True))
found = intervals(leave_one_out(count_by_game(games)))
print(json.dumps({name: one.value for name, one in found.items()}))
"""
PACKAGE = """
import json, sys
from SoccerNet.Evaluation.ActionSpotting import evaluate
metrics = ("loose", "tight", "at1", "at2", "at3", "at4", "at5")
figures = {m: evaluate(sys.argv[1], sys.argv[2], metric=m)["a_mAP"] for m in metrics}
print(json.dumps({name: float(value) for name, value in figures.items()}))
"""


def measure(program: str, *arguments: Path) -> tuple[dict[str, float], float, float]:
    """Figures, CPU seconds and peak MB of one process."""
    command = [sys.executable, "-c", program, *map(str, arguments)]
    environment = os.environ | {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
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
    """Prints one line a set and side, and the ratios."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--all", action="store_true")
    parser.add_argument("--touchline-only", action="store_true")
    options = parser.parse_args()
    labels = SHARED / "soccernet" / "labels_test.zip"
    if not labels.exists():
        sys.exit(f"the reference data is absent: {labels} (set TOUCHLINE_SHARED)")
    print(f"{'predictions':24}{'':12}{'CPU s':>8}{'peak MB':>9}{'loose':>9}{'tight':>9}")
    for name in SETS if options.all or options.touchline_only else SETS[:1]:
        spots = SHARED / "soccernet" / "predictions" / f"{name}.zip"
        ours, cpu, memory = measure(TOUCHLINE, labels, spots)
        print_line(name, "touchline", ours, cpu, memory)
        print_line(name, "intervals", *measure(INTERVALS, labels, spots))
        if options.touchline_only:
            continue
        theirs, their_cpu, their_memory = measure(PACKAGE, labels, spots)
        print_line(name, "SoccerNet", theirs, their_cpu, their_memory)
        difference = max(abs(ours[metric] - theirs[metric]) for metric in theirs)
        print(
            f"{name:24}{'ratio':12}{their_cpu / cpu:7.0f}×{their_memory / memory:8.1f}×"
            f"   largest difference {difference:.1e}"
        )


def print_line(name: str, side: str, figures: dict[str, float], cpu: float, memory: float) -> None:
    """One side's figures."""
    loose, tight = 100 * figures["loose"], 100 * figures["tight"]
    print(f"{name:24}{side:12}{cpu:8.2f}{memory:9.0f}{loose:9.2f}{tight:9.2f}", flush=True)


if __name__ == "__main__":
    main()
