"""Decoding a half into the frame store, beside a plain decode of every frame, in one run.

    python benchmarks/bench_video.py [--minutes 45] [--hd-seconds 40] [--json] [--write]

The half is joined from the clips of ../shared/matches (or $TOUCHLINE_SHARED), else from the demo
match repeated; the 720p clip is the same pictures scaled up and encoded by x264. Every measurement
is a process of its own; its cost is the CPU time of all its threads without the imports. `ffmpeg`
and `decord` (pip install decord) are measured where they are installed.

Asked of it, as CPU ratios to `ffmpeg -i X -f null -`: 1 fps at most 1.1, 5 fps at most 1.3, below
decord; a second model's pass over stored frames at least 10 times cheaper; under 200 MB.
"""

import argparse
import json
import re
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from fractions import Fraction
from importlib.util import find_spec
from pathlib import Path

DECORD_FRAMES = 64


def cpu_seconds(who=resource.RUSAGE_SELF):
    used = resource.getrusage(who)
    return used.ru_utime + used.ru_stime


def write_hd(source_path, path, seconds):
    """The first seconds of a video at 1280 x 720."""
    import av

    with av.open(str(source_path)) as source, av.open(str(path), "w") as target:
        stream = target.add_stream("libx264", rate=25, options={"preset": "fast", "crf": "23"})
        stream.width, stream.height, stream.pix_fmt = 1280, 720, "yuv420p"
        for number, frame in enumerate(source.decode(video=0)):
            if number >= seconds * 25:
                break
            large = frame.reformat(1280, 720, "yuv420p", interpolation="BICUBIC")
            large.pts, large.time_base, large.pict_type = number, Fraction(1, 25), 0
            target.mux(stream.encode(large))
        target.mux(stream.encode(None))


def plain(video, threads):
    """PyAV decoding every frame and doing nothing with it."""
    import av

    before = cpu_seconds()
    with av.open(video) as container:
        stream = container.streams.video[0]
        stream.codec_context.thread_count = int(threads)
        if int(threads) > 1:
            stream.thread_type = "AUTO"
        count = sum(1 for _ in container.decode(stream))
    return {"cpu_s": cpu_seconds() - before, "frames": count}


def ours(video, cache, fps, height, decoding):
    """Probing, cutting windows, and every frame into the store, read window by window."""
    import av  # noqa: F401
    import simplejpeg  # noqa: F401

    from touchline.games import Half
    from touchline.video import Decoding, FrameSpec, cut_windows, open_frame_store

    half = Half("game", 1, Path(video))
    recipe = FrameSpec(
        fps=float(fps),
        window=9,
        stride=9,
        height=int(height) or None,
        decoding=Decoding(decoding),
    )
    before, start = cpu_seconds(), time.perf_counter()
    cut = cut_windows(half, recipe)
    store = open_frame_store(half, recipe, Path(cache))
    first = store.jpegs(cut[0].frame_times_ms)
    first_s = time.perf_counter() - start
    count, size = len(first), sum(map(len, first))
    for window in cut[1:]:
        read = store.jpegs(window.frame_times_ms)
        count, size = count + len(read), size + sum(map(len, read))
    assert len(store) == count
    return {
        "cpu_s": cpu_seconds() - before,
        "first_window_s": first_s,
        "frames": count,
        "jpeg_mb": size / 1e6,
    }


def decord(video, fps):
    """decord giving the frames of one rate, in batches as its users ask for them."""
    import decord as package
    import numpy as np

    before = cpu_seconds()
    reader = package.VideoReader(video, num_threads=1)
    rate = reader.get_avg_fps()
    wanted = np.arange(0, len(reader), rate / float(fps)).astype(int)
    for first in range(0, len(wanted), DECORD_FRAMES):
        reader.get_batch(wanted[first : first + DECORD_FRAMES]).asnumpy()
    return {"cpu_s": cpu_seconds() - before, "frames": len(wanted)}


def ffmpeg(video):
    """The command line program decoding the pictures to nowhere."""
    before = cpu_seconds(resource.RUSAGE_CHILDREN)
    command = ["ffmpeg", "-v", "error", "-i", video, "-map", "0:v", "-f", "null", "-"]
    subprocess.run(command, check=True, stdin=subprocess.DEVNULL)
    return {
        "cpu_s": cpu_seconds(resource.RUSAGE_CHILDREN) - before,
        "peak_mb": resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024,
    }


MEASURED = {"plain": plain, "ours": ours, "decord": decord, "ffmpeg": ffmpeg}


def measure(name, *arguments):
    """One measurement in a process of its own, with its peak of memory."""
    command = [sys.executable, __file__, "--only", name, *map(str, arguments)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return json.loads(done.stdout)


def peak_mb():
    """The most memory this process has held, without what its parent held before it."""
    status = Path("/proc/self/status")
    if status.exists():
        found = re.search(r"VmHWM:\s+(\d+) kB", status.read_text())
        return int(found[1]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def only(name, arguments):
    """What a process of its own does: measures, and prints the figures as JSON."""
    figures = MEASURED[name](*arguments)
    figures.setdefault("peak_mb", peak_mb())
    print(json.dumps(figures))


def measure_video(video, heights, folder):
    """All rows of one video."""
    rows = {"PyAV, every frame, one thread": measure("plain", video, 1)}
    rows["PyAV, every frame, four threads"] = measure("plain", video, 4)
    if shutil.which("ffmpeg"):
        rows["ffmpeg -f null"] = measure("ffmpeg", video)
    for height in heights:
        for fps in (0.2, 1, 5):
            cache = folder / f"{Path(video).stem}-{fps}-{height}"
            name = f"touchline, {fps:g} fps" + (f", {height} lines" if height else "")
            rows[name] = measure("ours", video, cache, fps, height, "exact")
            rows[f"{name}, stored"] = measure("ours", video, cache, fps, height, "exact")
    for decoding in ("fast", "keyframes"):
        cache = folder / f"{Path(video).stem}-{decoding}"
        rows[f"touchline, 1 fps, {decoding}"] = measure("ours", video, cache, 1, 0, decoding)
    if find_spec("decord"):
        for fps in (1, 5):
            rows[f"decord, {fps} fps"] = measure("decord", video, fps)
    base = rows.get("ffmpeg -f null", rows["PyAV, every frame, one thread"])["cpu_s"]
    for row in rows.values():
        row["ratio"] = row["cpu_s"] / base
    return rows


def lines(rows):
    """The table's lines: name and figures."""
    for name, row in rows.items():
        first = f"{row['first_window_s']:.2f}" if "first_window_s" in row else ""
        size = f"{row['jpeg_mb']:.0f}" if "jpeg_mb" in row else ""
        figures = [f"{row['cpu_s']:.2f}", f"{row['ratio']:.2f}", f"{row['peak_mb']:.0f}"]
        yield [name, *figures, f"{row.get('frames', 0):,}", first, size]


def main():
    """Measures and prints."""
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--minutes", type=float, default=45)
    arguments.add_argument("--hd-seconds", type=float, default=40)
    arguments.add_argument("--json", action="store_true")
    from support.performance_page import add_write_option

    add_write_option(arguments)
    arguments.add_argument("--only", nargs="+", help=argparse.SUPPRESS)
    wanted = arguments.parse_args()
    if wanted.only:
        only(wanted.only[0], wanted.only[1:])
        return
    with tempfile.TemporaryDirectory(prefix="touchline-bench-") as name:
        from support.half_video import join_clips

        folder = Path(name)
        clips = join_clips(folder / "half.mkv", wanted.minutes * 60)
        write_hd(folder / "half.mkv", folder / "hd.mp4", wanted.hd_seconds)
        told = {
            f"{wanted.minutes:g} minutes at 224 lines, joined from {clips} clips": measure_video(
                str(folder / "half.mkv"), (0,), folder
            ),
            f"{wanted.hd_seconds:g} seconds at 720 lines": measure_video(
                str(folder / "hd.mp4"), (0, 224), folder
            ),
        }
    if wanted.json:
        print(json.dumps(told, indent=1))
        return
    from support.performance_page import VIDEO_PAGE, publish, table

    figures = ["CPU s", "of the base's", "peak MB", "frames", "first window s", "JPEG MB"]
    body = "\n\n".join(table([title, *figures], lines(rows)) for title, rows in told.items())
    body += "\n\nThe base is `ffmpeg -i X -f null -`, or PyAV in one thread without it."
    for program, there in (("ffmpeg", shutil.which("ffmpeg")), ("decord", find_spec("decord"))):
        if not there:
            body += f" {program} is not installed here and was not measured."
    publish("video", body, "python benchmarks/bench_video.py --write", wanted, VIDEO_PAGE)


if __name__ == "__main__":
    main()
