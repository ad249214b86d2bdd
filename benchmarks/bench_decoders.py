"""The frames of all windows of a half: touchline's one pass beside four decoders.

    python benchmarks/bench_decoders.py --peers PYTHON [--ffmpeg PROGRAM] [--runs 3] [--write]

PYTHON is an interpreter with decord, torchcodec and OpenCV; what it lacks is skipped, and so is
ffmpeg where there is no such program. Each decoder gives the same frames of a half of 45 min
20 s twice: opened again for each window, as evaluation toolkits do, and in one pass over all
different frames in its best way. Every measurement is a process of its own and counts CPU time
of all threads without the imports; all have one thread. The others' frames are RGB arrays,
touchline's are JPEG files in its store, which every engine needs.

Sparse windows are 100 of 8 frames, dense windows 1,359 of 15 (5 fps, every 2 s). Opening again is
measured on 40 of the dense ones, and multiplied.

Some of the pictures are compared with a decode of the whole file by FFmpeg in PyAV, and those of a
short clip whose frames come at uneven times.
"""

import argparse
import json
import math
import os
import re
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np

ROOT = Path(__file__).parents[1]
DECODERS = ROOT / "benchmarks/peers/decoders.py"
SECONDS = 2720
SPECS = {
    "sparse": {"frames": 8, "window": 27.2, "stride": 27.2},
    "dense": {"fps": 5, "window": 3, "stride": 2},
}
REOPENED_OF_DENSE = 40
CHECKED_WINDOWS = 20
SAME_LEVELS = 0.25
"""A picture is another one if it is nearer to that by this much on average, of 255 levels."""
UNEVEN = {"fps": 4, "window": 2, "stride": 2}
Figures = dict[str, float]


def used_s() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def ours(video: str, cache: str, spec: str, kept: str = "") -> Figures:
    """Touchline giving all windows their frames, window by window; what is stored is read."""
    import av  # noqa: F401
    import simplejpeg

    from touchline.games import Half
    from touchline.video import FrameSpec, cut_windows, open_frame_store

    half, recipe = Half("game", 1, Path(video)), FrameSpec(**json.loads(spec))
    before, start = used_s(), time.perf_counter()
    store = open_frame_store(half, recipe, Path(cache))
    count, pictures = 0, []
    for window in cut_windows(half, recipe):
        jpegs = store.jpegs(window.frame_times_ms)
        count += len(jpegs)
        if kept:
            pictures += [grey(simplejpeg.decode_jpeg(jpeg, "RGB")) for jpeg in jpegs]
    taken = {"cpu_s": used_s() - before, "wall_s": time.perf_counter() - start, "frames": count}
    if kept:
        np.savez(kept, pictures=np.stack(pictures), begins=np.array([]))
    return taken | {"peak_mb": peak_mb()}


def peak_mb() -> float:
    """The most that this process has held, without what its parent held before it (Linux)."""
    status = Path("/proc/self/status")
    found = re.search(r"VmHWM:\s+(\d+) kB", status.read_text()) if status.exists() else None
    return int(found[1]) * 1024 / 1e6 if found else 0


def grey(picture: Any) -> Any:
    return (picture.astype(np.float32) @ np.array([0.299, 0.587, 0.114])).round().astype(np.uint8)


def measured_ours(*arguments: object) -> Figures:
    return told([sys.executable, __file__, "--only", *map(str, arguments)])


def told(command: list[str], environment: dict[str, str] | None = None) -> Figures:
    """The figures that a process prints as its last line."""
    variables = {**os.environ, **(environment or {})}
    done = subprocess.run(command, capture_output=True, text=True, env=variables, check=False)
    if done.returncode:
        sys.exit(f"{' '.join(command)} failed:\n{done.stderr[-2000:]}")
    figures: Figures = json.loads(done.stdout.splitlines()[-1])
    return figures


def middle(every: list[Figures]) -> Figures:
    """The median of each figure."""
    return {name: statistics.median(one[name] for one in every) for name in every[0]}


class Decoders:
    """The decoders that can be had here."""

    def __init__(self, python: Path | None, ffmpeg: str | None) -> None:
        self.python, self.ffmpeg = str(python or sys.executable), ffmpeg
        modules = {"decord": "decord", "torchcodec": "torchcodec.decoders", "OpenCV": "cv2"}
        self.names = [name for name, module in modules.items() if python and self._has(module)]
        self.missing = [name for name in modules if name not in self.names]
        if ffmpeg:
            self.names.append("ffmpeg")
        else:
            self.missing.append("ffmpeg")

    def _has(self, module: str) -> bool:
        command = [self.python, "-c", f"import {module}"]
        return subprocess.run(command, capture_output=True, check=False).returncode == 0

    def measured(self, name: str, *arguments: object) -> Figures:
        command = [self.python, str(DECODERS), name, *map(str, arguments)]
        return told(command, {"FFMPEG": self.ffmpeg or ""})


def windows_file(video: Path, spec: dict[str, float], path: Path, most: int = 0) -> list[list[int]]:
    """Writes the times of touchline's windows for the others; some of them where `most` is set."""
    from touchline.games import Half
    from touchline.video import FrameSpec, cut_windows, probe_video

    half = Half("game", 1, video)
    windows = [list(one.frame_times_ms) for one in cut_windows(half, FrameSpec(**spec))]
    windows = [times_ms for times_ms in windows if len(times_ms) > 1]
    if most:
        windows = windows[:: max(1, len(windows) // most)][:most]
    probe = probe_video(video)
    asked = {"windows": windows, "size": [probe.width, probe.height], "frame_ms": 40}
    path.write_text(json.dumps(asked))
    return windows


def rows(video: Path, folder: Path, decoders: Decoders, runs: int) -> list[list[str]]:
    """The lines of the table."""
    found: dict[str, dict[str, Figures]] = {}
    for kind, spec in SPECS.items():
        times = folder / f"{kind}.json"
        count = len(windows_file(video, spec, times))
        some = folder / f"{kind}-some.json"
        factor = count / len(
            windows_file(video, spec, some, REOPENED_OF_DENSE if kind == "dense" else 0)
        )
        first, again = [], []
        for number in range(runs):
            arguments = (video, folder / f"cache-{kind}-{number}", json.dumps(spec))
            first.append(measured_ours(*arguments))
            again.append(measured_ours(*arguments))
        found.setdefault("touchline, one pass", {})[kind] = middle(first)
        found.setdefault("touchline, a second model", {})[kind] = middle(again)
        for name in decoders.names:
            every = [decoders.measured(name, "one-pass", video, times) for _ in range(runs)]
            found.setdefault(f"{name}, one pass", {})[kind] = middle(every)
            every = [decoders.measured(name, "reopened", video, some) for _ in range(runs)]
            scaled = middle(every)
            scaled |= {figure: scaled[figure] * factor for figure in ("cpu_s", "wall_s")}
            found.setdefault(f"{name}, for each window", {})[kind] = scaled
    ours_s = {kind: found["touchline, one pass"][kind]["cpu_s"] for kind in SPECS}
    return [
        [name, *(cell for kind in SPECS for cell in cells(figures[kind], ours_s[kind]))]
        for name, figures in found.items()
    ]


def cells(figures: Figures, ours_s: float) -> list[str]:
    ratio = figures["cpu_s"] / ours_s
    return [
        f"{figures['cpu_s']:.1f}",
        f"{ratio:.1f}" if ratio >= 0.1 else f"{ratio:.3f}",
        f"{figures['wall_s']:.1f}",
        f"{figures['peak_mb']:.0f}" if figures["peak_mb"] else "–",
    ]


def reference(video: Path, wanted: set[int], around: int = 2) -> dict[int, dict[int, Any]]:
    """For each wanted time, the picture of that time and those around it, by their offset."""
    import av

    with av.open(str(video)) as container:
        stream = container.streams.video[0]
        zero = stream.start_time or 0
        times = [
            round((frame.pts - zero) * stream.time_base * 1000)
            for frame in container.decode(stream)
        ]
    places = {times.index(time_ms): time_ms for time_ms in wanted}
    found: dict[int, dict[int, Any]] = {time_ms: {} for time_ms in wanted}
    with av.open(str(video)) as container:
        for number, frame in enumerate(container.decode(video=0)):
            near = [step for step in range(-around, around + 1) if number - step in places]
            if near:
                picture = grey(frame.to_ndarray(format="rgb24"))
                for step in near:
                    found[places[number - step]][times[number]] = picture
    return found


def compared(kept: Path, wanted: list[int], truth: dict[int, dict[int, Any]]) -> str:
    """In words: are they the wanted pictures, and are their times the file's."""
    loaded = np.load(kept)
    begins = loaded["begins"].tolist() or [float(time_ms) for time_ms in wanted]
    off_ms, late_ms, levels = [], [], []
    for picture, time_ms, begin in zip(loaded["pictures"], wanted, begins, strict=True):
        if math.isnan(begin):
            continue
        near = {
            at_ms: float(np.abs(picture.astype(np.int16) - other).mean())
            for at_ms, other in truth[time_ms].items()
        }
        best = min(near, key=lambda at_ms: near[at_ms])
        off_ms.append(best - time_ms if near[time_ms] - near[best] >= SAME_LEVELS else 0)
        late_ms.append(abs(begin - time_ms))
        levels.append(near[time_ms])
    others = [step for step in off_ms if step]
    said = [f"{len(off_ms) - len(others)} of {len(wanted)} are the wanted pictures"]
    if others:
        said.append(f"{len(others)} are others, {max(map(abs, others))} ms away or more")
    if len(off_ms) < len(wanted):
        said.append(f"{len(wanted) - len(off_ms)} are missing")
    if max(late_ms) >= 1:
        said.append(f"the times it gives are up to {max(late_ms):.0f} ms off")
    return ", ".join(said) + f" ({statistics.median(levels):.1f} levels from the reference)"


def check(video: Path, spec: dict[str, float], folder: Path, decoders: Decoders) -> dict[str, str]:
    """What each decoder gives for some windows, in words."""
    times, kept = folder / "checked.json", folder / "kept.npz"
    windows = windows_file(video, spec, times, CHECKED_WINDOWS)
    wanted = [time_ms for times_ms in windows for time_ms in times_ms]
    truth = reference(video, set(wanted))
    said = {}
    for name in decoders.names:
        decoders.measured(name, "reopened", video, times, kept)
        said[name] = compared(kept, wanted, truth)
    measured_ours(video, folder / "cache-check", json.dumps(spec), kept)
    return {"touchline": compared_ours(kept, video, spec, wanted, truth), **said}


def compared_ours(
    kept: Path,
    video: Path,
    spec: dict[str, float],
    wanted: list[int],
    truth: dict[int, dict[int, Any]],
) -> str:
    """As `compared`, of the checked windows among all."""
    every = windows_file(video, spec, kept.with_suffix(".all.json"))
    flat = [time_ms for times_ms in every for time_ms in times_ms]
    pictures = dict(zip(flat, np.load(kept)["pictures"], strict=False))
    np.savez(kept, pictures=np.stack([pictures[one] for one in wanted]), begins=np.array([]))
    return compared(kept, wanted, truth)


def uneven_clip(path: Path) -> Path:
    """A clip whose frames come at uneven times."""
    sys.path.insert(0, str(ROOT))
    from tests.support.videos import write_video

    steps = [20, 60, 40, 120, 20, 100] * 40
    times = [sum(steps[:number]) for number in range(len(steps))]
    return write_video(path, times)


def body(table: str, checks: dict[str, dict[str, str]], missing: list[str], runs: int) -> str:
    lines = [table, "", f"Medians of {runs} runs. Which pictures they are:", ""]
    for video, said in checks.items():
        lines += [
            f"- {video}: " + ". ".join(f"**{name}** {one}" for name, one in said.items()) + "."
        ]
    lines += [f"- {name} cannot be had here and was not measured." for name in missing]
    return "\n".join(lines)


def main() -> None:
    """Measures, prints and, with --write, publishes."""
    from support.half_video import join_clips
    from support.performance_page import add_write_option, publish, table

    known_ffmpeg = os.environ.get("FFMPEG") or shutil.which("ffmpeg")
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--peers", type=Path, metavar="PYTHON", default=os.environ.get("DECODERS"))
    parser.add_argument("--ffmpeg", default=known_ffmpeg, metavar="PROGRAM")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--only", nargs="+", help=argparse.SUPPRESS)
    add_write_option(parser)
    options = parser.parse_args()
    if options.only:
        print(json.dumps(ours(*options.only)))
        return
    decoders = Decoders(options.peers, options.ffmpeg)
    with tempfile.TemporaryDirectory(prefix="touchline-decoders-") as name:
        folder = Path(name)
        half = folder / "half.mkv"
        join_clips(half, SECONDS)
        checks = {
            "the half": check(half, SPECS["sparse"], folder, decoders),
            "a clip with uneven times": check(
                uneven_clip(folder / "uneven.mkv"), UNEVEN, folder, decoders
            ),
        }
        header = ["frames of all windows"]
        header += [f"{kind}: {what}" for kind in SPECS for what in ("CPU s", "×", "wall s", "MB")]
        lines = table(header, rows(half, folder, decoders, options.runs))
    command = "python benchmarks/bench_decoders.py --peers PYTHON --write"
    if options.write and decoders.missing:
        print(f"not written to the page, which has {decoders.missing} too", file=sys.stderr)
        options.write = False
    publish("decoders", body(lines, checks, decoders.missing, options.runs), command, options)


if __name__ == "__main__":
    main()
