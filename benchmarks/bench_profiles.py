"""Where the time of each hot path goes: the functions with the most time of their own.

    python benchmarks/bench_profiles.py [PATH …] [--write]

Each path runs once to load what it loads, then under cProfile with the processor time of each of
its threads, in a process of its own. cProfile makes calls of Python dearer than they are: read the
order, not the seconds. From Python 3.12 on it can only follow one thread, and "decode" fails.
Paths: read, merge, score, plan, resume, decode.
"""

import argparse
import cProfile
import io
import json
import os
import pstats
import random
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from contextlib import redirect_stdout, suppress
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "src")]
MOST = 4
HALVES = 100
Work = Callable[[], object]


def read(_: Path) -> Work:
    """20,000 replies as a real model gave them, one in fifty damaged."""
    from bench_replies import WINDOW_MS, maybe_damaged, reply_text

    from touchline.games import SOCCERNET_V2
    from touchline.replies import parse_reply
    from touchline.video import Window

    dice = random.Random(0)
    texts = [maybe_damaged(reply_text(dice), dice) for _ in range(20_000)]
    window = Window("game", 1, 0, 1, 0, WINDOW_MS, tuple(range(0, WINDOW_MS, 200)))
    return lambda: [parse_reply(text, "stop", window, SOCCERNET_V2) for text in texts]


def merge(_: Path) -> Work:
    """The readings of ten games, merged with the default settings."""
    from bench_replies import half, reply_text

    from touchline.spots import MergeSettings, merge_readings

    dice = random.Random(0)
    texts = [reply_text(dice) for _ in range(20_000)]
    games = [
        [reading for number in (1, 2) for reading in half(f"game {game}", number, texts, dice)]
        for game in range(10)
    ]
    return lambda: [merge_readings(readings, MergeSettings()) for readings in games]


def score(_: Path) -> Work:
    """`touchline score` with its official figures on 100 games."""
    from bench_scores import PREDICTIONS, SETS, SHARED

    from touchline.cli.main import main as touchline

    labels, spots = SHARED / "soccernet" / "labels_test.zip", PREDICTIONS / f"{SETS[0]}.zip"
    if not labels.exists():
        raise FileNotFoundError(f"the reference data is absent: {labels}")
    words = ["score", "--labels", str(labels), "--predictions", str(spots), "--lenient", "--json"]

    def work() -> None:
        sys.argv = ["touchline", *words]
        with redirect_stdout(io.StringIO()):
            try:
                touchline()
            except SystemExit as done:
                assert not done.code

    return work


def plan(folder: Path) -> Work:
    """The questions of a half of 1,500 windows of 10 frames."""
    from bench_runs import planned

    from touchline.runs.planning.question_writer import half_questions, made_from

    found = planned(folder, 1)
    half, model = found.games[-1].halves[0], found.models[0]
    return lambda: half_questions(model, {}, half, made_from(found, model, {}, half))


def resume(folder: Path) -> Work:
    """Going on with a run of 150,000 windows, one of them missing, until the engine is asked."""
    from bench_runs import made_up_run

    from touchline.runs import run
    from touchline.runs.planning.resume import resume_plan

    class Reached(Exception):  # noqa: N818 - it ends the run where the engine is asked
        pass

    asked = []

    class First:
        def replies(self, requests: object) -> object:
            asked.append(next(iter(requests)))  # type: ignore[call-overload]
            raise Reached

        def close(self) -> None:
            pass

    os.environ["TOUCHLINE_CACHE"] = str(folder / "cache")
    place = folder / "run"
    made_up_run(place, HALVES)

    def work() -> None:
        found, place_found = resume_plan(place, None)
        with suppress(Reached):
            run(found, place_found, lambda *_: None, load=lambda *_: First())
        assert asked, "the engine was not asked"

    return work


def decode(folder: Path) -> Work:
    """All frames of five minutes at 5 frames a second, into the store and from it."""
    from bench_decoders import SPECS, ours
    from support.half_video import join_clips

    video = folder / "half.mkv"
    join_clips(video, 300)
    caches, spec = iter(range(100)), json.dumps(SPECS["dense"])
    return lambda: ours(str(video), str(folder / f"cache{next(caches)}"), spec)


PATHS = {one.__name__: one for one in (read, merge, score, plan, resume, decode)}


def profile_threads() -> list[cProfile.Profile]:
    """From now on each new thread has a profile of its own, which joins this list at its end."""
    profiles: list[cProfile.Profile] = []
    plain = threading.Thread.run

    def run(thread: threading.Thread) -> None:
        profile = cProfile.Profile(time.thread_time)
        profile.runcall(plain, thread)
        profiles.append(profile)

    threading.Thread.run = run  # type: ignore[method-assign]
    return profiles


def top(name: str) -> dict[str, object]:
    """What one path spends its time on, in this process."""
    with tempfile.TemporaryDirectory() as folder:
        work = PATHS[name](Path(folder))
        if name != "resume":
            work()
        profiles = profile_threads()
        profiles.append(cProfile.Profile(time.thread_time))
        profiles[-1].runcall(work)
    stats: dict[tuple[str, int, str], tuple[int, int, float, float, object]]
    stats = pstats.Stats(*profiles).stats  # type: ignore[attr-defined]
    whole = sum(figures[2] for figures in stats.values())
    first = sorted(stats.items(), key=lambda item: -item[1][2])[:MOST]
    return {
        "seconds": whole,
        "first": [(named(*place), figures[2] / whole, figures[0]) for place, figures in first],
    }


def named(file: str, _: int, function: str) -> str:
    """A function as a reader finds it: with its module or package, or its built-in name."""
    parts = Path(file).with_suffix("").parts
    if "touchline" in parts and "site-packages" not in parts:
        start = len(parts) - 1 - parts[::-1].index("touchline")
        return f"{'.'.join(parts[start + 1 :])}.{function}"
    if file == "~":
        return function.strip("<>{}").removeprefix("built-in method ").split(" at 0x")[0]
    return f"{parts[-1] if parts else file}.{function}"


def main() -> None:
    """Measures, prints and, with --write, publishes."""
    from support.performance_page import add_write_option, publish, table

    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("paths", nargs="*", default=list(PATHS), metavar="PATH")
    parser.add_argument("--only", help=argparse.SUPPRESS)
    add_write_option(parser)
    options = parser.parse_args()
    if options.only:
        print(json.dumps(top(options.only)))
        return
    rows = []
    for name in options.paths:
        done = subprocess.run(
            [sys.executable, __file__, "--only", name], capture_output=True, text=True, check=False
        )
        if done.returncode:
            rows.append([name, "–", f"not profiled: {done.stderr.splitlines()[-1]}"])
            continue
        found = json.loads(done.stdout.splitlines()[-1])
        said = ", ".join(f"`{where}` {share:.0%}" for where, share, _ in found["first"])
        what = " ".join((PATHS[name].__doc__ or "").split())
        rows.append([f"{name}: {what}", f"{found['seconds']:.1f}", said])
    body = table(["path", "s under cProfile", "most time of their own"], rows)
    publish("profiles", body, "python benchmarks/bench_profiles.py --write", options)


if __name__ == "__main__":
    main()
