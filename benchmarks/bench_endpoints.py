"""What asking an endpoint costs beside the endpoint: waiting, our CPU, and a whole run.

    python benchmarks/bench_endpoints.py [--json] [--write]

A server in a process of its own answers every question with the same words.

1. It answers after 0.5 s, with 32 in flight: wall time over the ideal, which is rounds times 0.5 s,
   for 384 windows and for 1,536, about as many as a half has. What it takes until all 32 are in the
   air and out of step is paid once. Asked of it: within 5 %.
2. It answers at once: our CPU time a window of 8 frames that are in the frame store. Asked: 10 ms.
3. It answers at once: `touchline run` from nothing on a 45-minute half that nobody has decoded, 24
   windows of 8 frames, as a whole process: import, packets, decoding, asking, writing, report.
   Asked: 4 s. Twice: windows that cover the half, with 8 frames spread over each; and a clip of
   192 s, a frame a second. `bench_peers.py` measures other toolkits on the same road.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from support.answering_server import answering_server
from support.half_video import IN_A_GAME, join_clips
from support.performance_page import add_write_option, publish, table

from touchline.games import SOCCERNET_V2, Half
from touchline.models import Engine, Generation, Reply, Request, find_card, load_engine
from touchline.prompts import build_messages, load_template
from touchline.video import FrameSpec, cut_windows, open_frame_store

DELAY_S = 0.5
IN_FLIGHT = 32
ROUNDS = 12


def requests(half: Half, count: int) -> list[Request]:
    """Windows of 8 frames whose frames are in the store."""
    recipe = FrameSpec(fps=4, window=2, stride=0.5)
    store = open_frame_store(half, recipe)
    template = load_template("base.v1", SOCCERNET_V2)
    every = [one for one in cut_windows(half, recipe) if len(one.frame_times_ms) == 8][:count]
    for one in every:
        store.jpegs(one.frame_times_ms)
    return [
        Request(
            str(number),
            one,
            build_messages(one, template),
            lambda times=one.frame_times_ms: store.jpegs(times),
            Generation(),
        )
        for number, one in enumerate(every)
    ]


def engine(base_url: str) -> Engine:
    """The endpoint engine with 32 in flight."""
    return load_engine(
        find_card(
            {
                "name": "x",
                "engine": "openai",
                "model": "m",
                "base_url": base_url,
                "in_flight": IN_FLIGHT,
            }
        )
    )


def asked(base_url: str, wanted: list[Request]) -> tuple[float, float]:
    """Wall and CPU seconds of asking; the first answers, which open connections, included."""
    asking = engine(base_url)
    wall, cpu = time.perf_counter(), time.process_time()
    answers = list(asking.replies(wanted))
    took = time.perf_counter() - wall, time.process_time() - cpu
    asking.close()
    assert all(isinstance(one, Reply) for one in answers)
    return took


def whole_run(base_url: str, root: Path, window_s: float) -> tuple[float, float]:
    """Wall and CPU seconds of `touchline run` as a process, with an empty cache."""
    with tempfile.TemporaryDirectory() as folder:
        bench = Path(folder) / "bench.yaml"
        model = {"name": "x", "engine": "openai", "model": "m", "base_url": base_url}
        values = {
            "data": {"root": str(root), "halves": [1]},
            "models": [{**model, "in_flight": IN_FLIGHT}],
            "sampling": {"frames": 8, "window": window_s, "stride": window_s, "height": 224},
        }
        bench.write_text(json.dumps(values))
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        start = time.perf_counter()
        subprocess.run(
            [sys.executable, "-m", "touchline", "run", str(bench), "--out", f"{folder}/run"],
            check=True,
            stdout=subprocess.DEVNULL,
            env={**os.environ, "TOUCHLINE_CACHE": f"{folder}/cache"},
        )
        wall = time.perf_counter() - start
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        answered = len(list(Path(folder).glob("run/replies/x/*.jsonl")))
        assert answered == 1
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return wall, cpu


def measure() -> dict[str, float]:
    """All figures."""
    figures: dict[str, float] = {}
    with tempfile.TemporaryDirectory() as folder:
        os.environ["TOUCHLINE_CACHE"] = f"{folder}/cache"
        clip, half = Path(folder) / "clip", Path(folder) / "half"
        join_clips(clip / IN_A_GAME, 192)
        short = Half("g", 1, clip / IN_A_GAME)
        join_clips(half / IN_A_GAME, 2700)
        wanted = requests(short, IN_FLIGHT * ROUNDS)
        with answering_server(DELAY_S) as base_url:
            for times in (1, 4):
                wall, _ = asked(base_url, wanted * times)
                ideal = len(wanted) * times / IN_FLIGHT * DELAY_S
                figures[f"wall over ideal, {len(wanted) * times}"] = wall / ideal
        with answering_server(0) as base_url:
            wall, cpu = asked(base_url, wanted)
            figures["CPU ms a window"] = cpu / len(wanted) * 1000
            figures["windows a second"] = len(wanted) / wall
            for name, root, window_s in (("half", half, 112.5), ("192 s", clip, 8)):
                wall, cpu = whole_run(base_url, root, window_s)
                figures[f"24 windows of a {name}: s"] = wall
                figures[f"24 windows of a {name}: CPU s"] = cpu
    return figures


def main() -> None:
    """Measures and prints."""
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--json", action="store_true")
    add_write_option(arguments)
    wanted = arguments.parse_args()
    figures = {name: round(value, 3) for name, value in measure().items()}
    if wanted.json:
        print(json.dumps(figures, indent=1))
        return
    rows = [[name, f"{value:.2f}"] for name, value in figures.items()]
    command = "python benchmarks/bench_endpoints.py --write"
    publish("endpoints", table(["asking a server that answers at once", ""], rows), command, wanted)


if __name__ == "__main__":
    main()
