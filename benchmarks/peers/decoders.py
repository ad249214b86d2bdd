"""Decodes the frames of windows with one decoder; run by the interpreter that has it installed.

    PYTHON decoders.py DECODER WAY VIDEO TIMES.json [KEPT.npz]

TIMES.json has "windows", a list of milliseconds for each; "size" and "frame_ms" of the video. WAY
is "reopened", which opens the video for each window as evaluation toolkits do, or "one-pass",
which reads the wanted frames of all windows in the decoder's best way. Prints what that took,
without the imports; with KEPT.npz it keeps the pictures, grey, and the times that the decoder gives
for them in milliseconds (not a number where it gives no picture).
"""

import json
import os
import re
import resource
import subprocess
import sys
import time
from pathlib import Path

import numpy as np

ONE_THREAD = 1
BATCH = 64


def by_decord(video, windows):
    import decord

    reader = decord.VideoReader(video, num_threads=ONE_THREAD)
    rate = reader.get_avg_fps()
    for times_ms in windows:
        numbers = [min(round(time_ms * rate / 1000), len(reader) - 1) for time_ms in times_ms]
        pictures = reader.get_batch(numbers).asnumpy()
        begins_s = reader.get_frame_timestamp(numbers)[:, 0]
        yield from zip(pictures, (begins_s * 1000).tolist(), strict=True)


def by_torchcodec(video, windows):
    from torchcodec.decoders import VideoDecoder

    reader = VideoDecoder(video, dimension_order="NHWC", num_ffmpeg_threads=ONE_THREAD)
    for times_ms in windows:
        found = reader.get_frames_played_at([time_ms / 1000 for time_ms in times_ms])
        yield from zip(found.data.numpy(), (found.pts_seconds * 1000).tolist(), strict=True)


def by_opencv(video, windows):
    import cv2

    os.environ["OPENCV_FFMPEG_CAPTURE_OPTIONS"] = f"threads;{ONE_THREAD}"
    reader = cv2.VideoCapture(video, cv2.CAP_FFMPEG)
    rate, at = reader.get(cv2.CAP_PROP_FPS), 0
    for times_ms in windows:
        for time_ms in times_ms:
            number = round(time_ms * rate / 1000)
            if at > number or number - at > 250:
                reader.set(cv2.CAP_PROP_POS_FRAMES, number)
                at = number
            while at < number:
                reader.grab()
                at += 1
            begins_ms = reader.get(cv2.CAP_PROP_POS_MSEC)
            there, picture = reader.read()
            at += 1
            yield cv2.cvtColor(picture, cv2.COLOR_BGR2RGB) if there else None, begins_ms


def by_ffmpeg(video, windows, frame_ms):
    """The program, started for each window: it seeks to the first frame and gives every n-th."""
    for times_ms in windows:
        step = max(1, round((times_ms[1] - times_ms[0]) / frame_ms))
        seek = ["-ss", f"{times_ms[0] / 1000:.3f}"]
        chosen = f"select=not(mod(n\\,{step})),showinfo"
        yield from _ffmpeg_pictures(video, seek, chosen, len(times_ms), times_ms[0])


def _ffmpeg_pictures(video, seek, chosen, count, start_ms):
    program = os.environ.get("FFMPEG", "ffmpeg")
    command = [program, "-v", "info", "-threads", str(ONE_THREAD), *seek, "-i", video]
    command += ["-vf", chosen, "-fps_mode", "passthrough", "-frames:v", str(count)]
    command += ["-f", "rawvideo", "-pix_fmt", "rgb24", "-"]
    done = subprocess.run(command, check=True, capture_output=True)
    said = done.stderr.decode()
    width, height = map(int, re.findall(r"Video: .*? (\d+)x(\d+)", said)[0])
    times_ms = [start_ms + float(at) * 1000 for at in re.findall(r"pts_time:\s*([-\d.]+)", said)]
    pictures = np.frombuffer(done.stdout, np.uint8).reshape(-1, height, width, 3)
    yield from zip(pictures, times_ms[: len(pictures)], strict=True)
    yield from [(None, None)] * (count - len(pictures))


DECODERS = {
    "decord": by_decord,
    "torchcodec": by_torchcodec,
    "OpenCV": by_opencv,
    "ffmpeg": by_ffmpeg,
}


def reopened(decode, video, asked):
    for times_ms in asked["windows"]:
        if decode is by_ffmpeg:
            yield from by_ffmpeg(video, [times_ms], asked["frame_ms"])
        else:
            yield from decode(video, [times_ms])


def one_pass(decode, video, asked):
    """All different frames in order, in batches where the decoder takes batches."""
    wanted = sorted({time_ms for times_ms in asked["windows"] for time_ms in times_ms})
    if decode is by_ffmpeg:
        yield from _whole_ffmpeg(video, wanted, asked)
        return
    yield from decode(video, [wanted[n : n + BATCH] for n in range(0, len(wanted), BATCH)])


def _whole_ffmpeg(video, wanted, asked):
    """One process whose filter chooses by frame number: the wanted frames come at even steps."""
    step = round((wanted[1] - wanted[0]) / asked["frame_ms"])
    program = os.environ.get("FFMPEG", "ffmpeg")
    command = [program, "-v", "error", "-threads", str(ONE_THREAD), "-i", video]
    command += ["-vf", f"select=not(mod(n\\,{step}))", "-fps_mode", "passthrough"]
    command += ["-f", "rawvideo", "-pix_fmt", "rgb24", "-"]
    width, height = asked["size"]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        for place, time_ms in enumerate(wanted):
            if place % 100 == 0:
                PEAKS_MB.append(peak_mb(process.pid))
            picture = process.stdout.read(width * height * 3)
            yield np.frombuffer(picture, np.uint8).reshape(height, width, 3), time_ms
        process.stdout.read()


def main():
    decoder, way, video, times, *kept = sys.argv[1:]
    asked = json.loads(Path(times).read_text())
    decode = DECODERS[decoder]
    if decoder != "ffmpeg":
        __import__({"OpenCV": "cv2", "torchcodec": "torchcodec.decoders"}.get(decoder, decoder))
    before, start = used_s(), time.perf_counter()
    count, pictures, begins = 0, [], []
    for picture, begins_ms in (reopened if way == "reopened" else one_pass)(decode, video, asked):
        count += 1
        if kept:
            empty = np.zeros(asked["size"][::-1], np.uint8)
            pictures.append(empty if picture is None else grey(picture))
            begins.append(float("nan") if picture is None else begins_ms)
    took = {"cpu_s": used_s() - before, "wall_s": time.perf_counter() - start, "frames": count}
    held_mb = max(PEAKS_MB, default=0) if decoder == "ffmpeg" else peak_mb("self")
    print(json.dumps(took | {"peak_mb": held_mb}))
    if kept:
        np.savez(kept[0], pictures=np.stack(pictures), begins=np.array(begins))


PEAKS_MB = []
"""Of a program that gives one stream of pictures, seen from time to time."""
WHOSE = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)


def used_s():
    every = [resource.getrusage(who) for who in WHOSE]
    return sum(used.ru_utime + used.ru_stime for used in every)


def peak_mb(process):
    """The most that a process has held, without what its parent held before it (Linux)."""
    status = Path(f"/proc/{process}/status")
    found = re.search(r"VmHWM:\s+(\d+) kB", status.read_text()) if status.exists() else None
    return int(found[1]) * 1024 / 1e6 if found else 0


def grey(picture):
    return (picture.astype(np.float32) @ np.array([0.299, 0.587, 0.114])).round().astype(np.uint8)


if __name__ == "__main__":
    main()
