"""Status and resuming of runs from a thousand to more than a million windows.

    python benchmarks/bench_runs.py [--windows 1500 15000 150000 1500000] [--json] [--write]

A run is made up: halves of 1,500 windows, a question file and journals of four workers in which
every window is answered but the first of the last half. Measured are
`touchline status --json`, and going on until the engine is asked that window: seconds of processor
time and the largest memory. Asked of it, at 1.5 million: under 10 s, and under 500 MB.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

from support.performance_page import add_write_option, publish, table

from tests.support.videos import write_video
from touchline.games import Game, Half
from touchline.models import Reply
from touchline.replies.journal.index_entries import Location, entry, index_path
from touchline.replies.journal.records import Record, encode_record
from touchline.runs import build_plan_for_games, parse_bench
from touchline.runs.planning.plan import Plan, write_plan
from touchline.runs.planning.planned_videos import probe_videos
from touchline.runs.planning.question_index import HalfQuestions, write_questions
from touchline.runs.planning.question_writer import half_questions, made_from
from touchline.runs.run_folder import RunFolder
from touchline.video import Window

WINDOWS = 1500
WORKERS = 4
STRIDE_MS, WINDOW_MS = 100, 1000
AT_MS = 1_700_000_000_000
REPLY = "None." + " It is a quiet minute of the match." * 8
BENCH = (
    "data: {root: data}\nmodels: [{name: x, engine: openai, model: m, "
    "base_url: 'http://127.0.0.1:9/v1'}]\nsampling: {fps: 10, window: 1, stride: 0.1}\n"
    "identity: {canaries: 0}\n"
)
RESUME = """
import os, pathlib, sys
from touchline.runs import run
from touchline.runs.planning.resume import resume_plan
class First:
    def replies(self, requests):
        print(next(iter(requests)).key, flush=True)
        os._exit(0)
    def close(self):
        pass
plan, folder = resume_plan(pathlib.Path(sys.argv[1]), None)
run(plan, folder, lambda *_: None, load=lambda card, rates: First())
sys.exit("the engine was not asked")
"""

STARTER = """
import os, subprocess, sys
process = subprocess.Popen(sys.argv[1:], stdout=subprocess.DEVNULL)
_, status, used = os.wait4(process.pid, 0)
print(used.ru_utime + used.ru_stime, used.ru_maxrss, file=sys.stderr)
sys.exit(bool(status))
"""


def made_up_half(plan: Plan, half: Half, number: int) -> HalfQuestions:
    """A half with made-up keys."""
    names = (f"{number} {place}".encode() for place in range(WINDOWS))
    keys = tuple(sha256(name).hexdigest()[:32] for name in names)
    spans = tuple((p * STRIDE_MS, p * STRIDE_MS + WINDOW_MS) for p in range(WINDOWS))
    source = made_from(plan, plan.models[0], {}, half)
    return HalfQuestions(
        game=half.game, half=half.number, keys=keys, spans_ms=spans, made_from=source
    )


def planned(folder: Path, halves: int) -> Plan:
    """A plan of that many halves, all of the same video under different names."""
    data = folder / "data"
    real = write_video(data / "real.mkv", range(0, 150_900, 100))
    games = []
    for number in range(halves):
        game = f"league/season/{number:05d}"
        video = real if number == halves - 1 else data / f"{number}.mkv"
        if video != real:
            video.hardlink_to(real)
        games.append(Game(game, (Half(game, 1, video),), None))
    (facts,) = probe_videos([games[-1]], {}).values()
    known = {game.halves[0].video: facts for game in games}
    bench = parse_bench(BENCH, "bench", folder)
    return build_plan_for_games(bench, "scale", games, known)


def write_journals(folder: Path, halves: list[HalfQuestions]) -> None:
    """Journals of four workers, without waiting for the disk a million times."""
    journals = RunFolder(folder).journal("x")
    journals.mkdir(parents=True)
    for worker in range(WORKERS):
        file = journals / f"w{worker:02d}.0000.jsonl"
        offset = 0
        with file.open("wb") as journal, index_path(file).open("wb") as index:
            for line, reply in _lines(halves[worker::WORKERS]):
                journal.write(line)
                place = Location(offset + 1, len(line) - 1, AT_MS)
                index.write(entry(reply, place).tobytes())
                offset += len(line)


def _lines(halves: list[HalfQuestions]) -> Iterator[tuple[bytes, Reply]]:
    for half in halves:
        total = len(half.keys)
        for number, (key, (start_ms, end_ms)) in enumerate(
            zip(half.keys, half.spans_ms, strict=True)
        ):
            reply = Reply(key, REPLY, "stop", 0.5, 1200, 90)
            times = tuple(range(start_ms, end_ms, STRIDE_MS))
            window = Window(half.game, half.half, number, total, start_ms, end_ms, times, 1)
            yield encode_record(Record(window, 1, reply), AT_MS), reply


def measured(command: list[str], folder: Path) -> tuple[float, float]:
    """Processor seconds and largest memory in MB of a new process.

    Linux counts to a process the memory of the one that started it, so a small one does.
    """
    environment = {**os.environ, "TOUCHLINE_CACHE": str(folder / "cache"), "OMP_NUM_THREADS": "1"}
    starter = [sys.executable, "-I", "-S", "-c", STARTER, *command]
    done = subprocess.run(starter, stderr=subprocess.PIPE, text=True, check=False, env=environment)
    if done.returncode:
        raise RuntimeError(f"{command} failed: {done.stderr[-500:]}")
    seconds, memory = done.stderr.split()[-2:]
    unit = 1 if sys.platform == "darwin" else 1024
    return float(seconds), float(memory) * unit / 1e6


def made_up_run(folder: Path, halves: int) -> None:
    """A run of that many halves of which the first window of the last is not answered."""
    plan = planned(folder, halves)
    write_plan(plan, folder)
    made_up = [
        made_up_half(plan, game.halves[0], number) for number, game in enumerate(plan.games[:-1])
    ]
    last = plan.games[-1].halves[0]
    made = made_from(plan, plan.models[0], {}, last)
    real = half_questions(plan.models[0], {}, last, made)
    write_questions(folder, "x", [*made_up, real])
    answered = real.model_copy(update={"keys": real.keys[1:], "spans_ms": real.spans_ms[1:]})
    write_journals(folder, [*made_up, answered])


def figures(windows: int) -> dict[str, float]:
    """What status and resuming take for a run of so many windows."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "run"
        made_up_run(folder, max(1, windows // WINDOWS))
        status = measured(
            [sys.executable, "-m", "touchline", "status", str(folder), "--json"], folder
        )
        resume = measured([sys.executable, "-c", RESUME, str(folder)], folder)
    return {
        "windows": windows,
        "status s": round(status[0], 2),
        "status MB": round(status[1]),
        "resume s": round(resume[0], 2),
        "resume MB": round(resume[1]),
    }


def main() -> None:
    """Measures and prints."""
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    sizes = [1_500, 15_000, 150_000, 1_500_000]
    arguments.add_argument("--windows", type=int, nargs="+", default=sizes)
    arguments.add_argument("--json", action="store_true")
    add_write_option(arguments)
    wanted = arguments.parse_args()
    rows = []
    for size in wanted.windows:
        rows.append(figures(size))
        print(rows[-1], file=sys.stderr, flush=True)
    if wanted.json:
        print(json.dumps(rows, indent=1))
        return
    header = ["windows", *list(rows[0])[1:]]
    lines = [[f"{row['windows']:,}", *list(row.values())[1:]] for row in rows]
    publish("runs", table(header, lines), "python benchmarks/bench_runs.py --write", wanted)


if __name__ == "__main__":
    main()
