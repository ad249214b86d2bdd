"""What listening to and looking at a half costs, beside decoding its pictures alone.

    python benchmarks/bench_attention.py [VIDEO] [--write]

VIDEO is by default a half of the built-in match. Every figure is CPU time of one process; the
ratios are to decoding every picture of the same video in the same run. A second listening or look
reads the cache. Asked of it: listening under one decode, looking under three, and from the
cache under a tenth.
"""

import argparse
import os
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from support.performance_page import add_write_option, publish, table

from touchline.games import SOCCERNET_V2, read_games
from touchline.runs.planning.plan import data_root
from touchline.video.motion.motion_curves import measure_motion
from touchline.video.packets import decoded_frames
from touchline.video.probe import open_video, probe_video
from touchline.video.sound.sound_events import sound_curves


def main() -> None:
    """Measures, prints and, with --write, publishes."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("video", nargs="?", type=Path)
    add_write_option(parser)
    options = parser.parse_args()
    demo = read_games(data_root("builtin:demo"), SOCCERNET_V2)[0].halves[0].video
    video = options.video or demo
    with tempfile.TemporaryDirectory() as cache:
        os.environ["TOUCHLINE_CACHE"] = cache
        sound_curves(video)  # imports and compiles what is imported and compiled once a process
        measure_motion(video)
        decode_s = cpu_s(lambda: decode(video))
        os.environ["TOUCHLINE_CACHE"] = f"{cache}/fresh"
        taken = {
            "listen": cpu_s(lambda: sound_curves(video)),
            "look": cpu_s(lambda: measure_motion(video)),
            "listen again": cpu_s(lambda: sound_curves(video)),
            "look again": cpu_s(lambda: measure_motion(video)),
        }
    seconds = probe_video(video).duration_ms / 1000
    rows = [["decode every picture", f"{decode_s:.2f}", "1"]]
    rows += [[name, f"{used:.2f}", f"{used / decode_s:.2f}"] for name, used in taken.items()]
    body = table([f"a video of {seconds:.0f} s", "CPU s", "of decoding"], rows)
    publish("attention", body, "python benchmarks/bench_attention.py --write", options)


def decode(video: Path) -> int:
    """Decodes every picture and keeps none."""
    with open_video(video) as container:
        return sum(1 for _ in decoded_frames(container, container.streams.video[0]))


def cpu_s(work: Callable[[], object]) -> float:
    """CPU time of some work, all threads of this process."""
    begun = time.process_time()
    work()
    return time.process_time() - begun


if __name__ == "__main__":
    main()
