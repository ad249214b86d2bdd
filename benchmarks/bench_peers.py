"""The whole road beside lmms-eval and VLMEvalKit: one endpoint, the same frames and windows.

    python benchmarks/bench_peers.py --lmms-eval PYTHON --vlmevalkit PYTHON [--runs 3] [--write]

A half of 45 min 20 s that nobody has decoded is asked as 100 windows of 8 frames, of a server
that answers at once, 16 questions at a time. Each toolkit runs in an environment of its own, from
nothing, as a whole process: PYTHON is its interpreter; touchline's is made for the occasion unless
--touchline names one. What a user has to write is in benchmarks/peers, a folder each. A toolkit
that is not given, with an option or in $LMMS_EVAL and $VLMEVALKIT, is skipped.

Before that it is killed with SIGKILL when the server, which then takes 0.3 s, has given half of the
answers, and started again with the same command: kept is what it does not ask again. The questions
of these two runs are looked at: which picture of the half is nearest to each of their frames.

touchline also merges, scores, makes null baselines and a report in that time; the others' tasks
only count the answers.
"""

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from support.answering_server import answering_server, count
from support.half_video import IN_A_GAME, join_clips
from support.performance_page import README, ROOT, add_write_option, publish, table, write_section
from support.processes import (
    CommandFailedError,
    Taken,
    TookTooLongError,
    killed_when,
    measured,
)
from support.shown_frames import Shown, shown_frames

SECONDS, WINDOWS, FRAMES, IN_FLIGHT = 2720, 100, 8, 16
ADDRESS = "http://127.0.0.1:8000/v1"
"""In the files of benchmarks/peers; replaced by where the server is."""
DELAY_S = 0.3
MOST_S = 300
"""For a run that was killed and is started again."""
LABELS = [
    {"gameTime": f"1 - {m:02d}:30", "label": "Foul", "team": "home", "position": str(m * 60_000)}
    for m in range(5, 45, 5)
]
OFFLINE = {
    "HF_HUB_OFFLINE": "1",
    "HF_DATASETS_OFFLINE": "1",
    "LITELLM_LOCAL_MODEL_COST_MAP": "True",
    "OMP_NUM_THREADS": "1",
}


@dataclass(frozen=True)
class Toolkit:
    """How a toolkit is run; `folder` is that of benchmarks/peers with what a user writes."""

    name: str
    folder: str
    package: str
    python: Path
    arguments: Callable[[str], list[str]]
    environment: dict[str, str]

    def command(self, base_url: str) -> list[str]:
        return [str(self.python), *self.arguments(base_url)]


class Killed(NamedTuple):
    """Answers before the kill, how many are not asked again, whether the second run ended."""

    answered: int
    kept: int
    ended: bool
    shown: Shown

    def __str__(self) -> str:
        still = "" if self.ended else f"; started again, it had not ended after {MOST_S:.0f} s"
        return f"{self.kept} of {self.answered}{still}"


class Found(NamedTuple):
    """All figures of one toolkit."""

    name: str
    taken: list[Taken]
    first_s: list[float]
    lines: int
    killed: Killed
    site_packages_mb: float


def touchline(python: Path) -> Toolkit:
    return Toolkit(
        "touchline",
        "touchline",
        "touchline",
        python,
        lambda _: ["-m", "touchline", "run", "bench.yaml", "--out", "run"],
        {"TOUCHLINE_CACHE": "cache"},
    )


def lmms_eval(python: Path) -> Toolkit:
    def arguments(base_url: str) -> list[str]:
        model = f"model_version=m,base_url={base_url},api_key=x,nframes={FRAMES}"
        return [
            *("-m", "lmms_eval", "--model", "async_openai"),
            *("--model_args", f"{model},num_cpus={IN_FLIGHT}"),
            *("--include_path", ".", "--tasks", "soccer_windows", "--batch_size", "1"),
            *("--output_path", "out", "--log_samples", "--use_cache", "cache"),
        ]

    cache = {"LMMS_EVAL_USE_CACHE": "True", "LMMS_EVAL_HOME": "cache", "HF_HOME": "hf"}
    environment = {**OFFLINE, **cache, "LMMS_IMAGE_ENCODE_FORMAT": "JPEG"}
    return Toolkit("lmms-eval", "lmms_eval", "lmms-eval", python, arguments, environment)


def vlmevalkit(python: Path) -> Toolkit:
    name = "SoccerWindows"
    data = {name: {"class": name, "dataset": name, "nframe": FRAMES}}

    def arguments(base_url: str) -> list[str]:
        return [
            *("soccer_windows.py", "--api-mode", "--base-url", base_url, "--model", "m"),
            *("--data", name, "--data-config", json.dumps(data), "--work-dir", "out"),
            *("--api-nproc", str(IN_FLIGHT), "--reuse"),
        ]

    return Toolkit(
        "VLMEvalKit", "vlmevalkit", "vlmeval", python, arguments, {**OFFLINE, "LMUData": "."}
    )


def prepared(toolkit: Toolkit, half: Path, folder: Path, base_url: str) -> Path:
    """A folder with the user's files of a toolkit and the half, and nothing else."""
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(ROOT / "benchmarks/peers" / toolkit.folder, folder)
    for file in folder.iterdir():
        text = file.read_text(encoding="utf-8")
        file.write_text(text.replace(ADDRESS, base_url), encoding="utf-8")
    video = folder / "data" / IN_A_GAME
    video.parent.mkdir(parents=True)
    video.hardlink_to(half)
    (video.parent / "Labels-v2.json").write_text(json.dumps({"annotations": LABELS}))
    return folder


def timed(toolkit: Toolkit, half: Path, folder: Path) -> tuple[Taken, float]:
    """One run from nothing, and after how many seconds its first question was asked."""
    with answering_server(0) as base_url:
        place = prepared(toolkit, half, folder, base_url)
        taken = measured(toolkit.command(base_url), place, toolkit.environment)
        said = count(base_url)
    if said.answered != WINDOWS or said.first_s is None:
        raise CommandFailedError(f"{toolkit.name} asked {said.answered} questions, not {WINDOWS}")
    return taken, said.first_s - taken.began_s


def killed(toolkit: Toolkit, half: Path, folder: Path) -> Killed:
    """Kills a run at half of its answers, and starts it again."""
    bodies = folder.with_name("bodies")
    shutil.rmtree(bodies, ignore_errors=True)
    bodies.mkdir()
    with answering_server(DELAY_S, str(bodies)) as base_url:
        place = prepared(toolkit, half, folder, base_url)
        command = toolkit.command(base_url)
        half_of_them = WINDOWS // 2
        killed_when(
            command,
            place,
            toolkit.environment,
            lambda: count(base_url).answered >= half_of_them,
            DELAY_S / 2,  # not when answers come in, which is when they are written
        )
        answered = count(base_url).answered
        time.sleep(2 * DELAY_S)  # questions that were in flight are counted, if nobody hears it
        before = count(base_url).answered
        try:
            measured(command, place, toolkit.environment, MOST_S)
            ended = True
        except TookTooLongError:
            ended = False
        again = count(base_url).answered - before
    shown = shown_frames(bodies, half, SECONDS / WINDOWS / FRAMES, WINDOWS * FRAMES)
    return Killed(answered, WINDOWS - again, ended, shown)


def examined(toolkit: Toolkit, half: Path, folder: Path, runs: int) -> Found:
    """All figures of a toolkit; the killed run comes first and warms the disk's cache."""
    print(f"{toolkit.name} {version(toolkit)} …", file=sys.stderr, flush=True)
    place = folder / toolkit.folder
    interrupted = killed(toolkit, half, place)
    times = [timed(toolkit, half, place) for _ in range(runs)]
    return Found(
        f"{toolkit.name} {version(toolkit)}",
        [taken for taken, _ in times],
        [first for _, first in times],
        lines_to_write(toolkit),
        interrupted,
        site_packages_mb(toolkit.python),
    )


def lines_to_write(toolkit: Toolkit) -> int:
    """Lines of a toolkit's files that are neither empty nor a comment; and one for its command."""
    files = (ROOT / "benchmarks/peers" / toolkit.folder).iterdir()
    lines = [line.strip() for file in files for line in file.read_text().splitlines()]
    return 1 + sum(1 for line in lines if line and not line.startswith("#"))


def asked_of(python: Path, expression: str) -> str:
    """What an environment's interpreter prints for an expression."""
    program = f"import importlib.metadata, sysconfig; print({expression})"
    command = [str(python), "-c", program]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


def version(toolkit: Toolkit) -> str:
    return asked_of(toolkit.python, f"importlib.metadata.version({toolkit.package!r})")


def site_packages_mb(python: Path) -> float:
    """Megabytes on the disk of what is installed in an environment."""
    folder = Path(asked_of(python, "sysconfig.get_path('purelib')"))
    files = (file.stat() for file in folder.rglob("*") if file.is_file())
    return sum(file.st_blocks for file in files) * 512 / 1e6


def row(found: Found, first: Found) -> list[str]:
    """One line of the table; in brackets how many times touchline's that is."""

    def against(figure: Callable[[Found], float], digits: int) -> str:
        value, ours = figure(found), figure(first)
        times = "" if found is first else f" (× {value / ours:.1f})"
        return f"{value:,.{digits}f}{times}"

    def middle(name: str) -> Callable[[Found], float]:
        return lambda one: statistics.median(getattr(taken, name) for taken in one.taken)

    return [
        found.name,
        against(middle("cpu_s"), 1),
        against(middle("wall_s"), 1),
        f"{statistics.median(found.first_s):.1f}",
        against(middle("peak_mb"), 0),
        str(found.lines),
        str(found.killed),
        f"{found.site_packages_mb:,.0f}",
    ]


HEADER = (
    "100 windows of 8 frames of a half",
    "CPU s",
    "wall s",
    "first question after s",
    "memory MB",
    "lines to write",
    "kept after `kill -9` at half",
    "installed MB",
)
README_COLUMNS = (0, 1, 2, 4, 5, 6)


def body(every: list[Found], skipped: list[str], runs: int) -> str:
    """The section: the table, what was shown, and who was skipped."""
    lines = [table(HEADER, (row(found, every[0]) for found in every)), ""]
    measured_how = f"Medians of {runs} runs" if runs > 1 else "One run"
    lines.append(f"{measured_how}; in brackets, how many times touchline's.")
    lines += [f"{found.name}: {found.killed.shown.sentence}." for found in every]
    lines += [f"{name} was not given to the script and was not measured." for name in skipped]
    return "\n".join(lines)


def for_readme(every: list[Found]) -> str:
    """README's table: some of the columns, the same figures."""
    header = [HEADER[place] for place in README_COLUMNS]
    rows = [row(found, every[0]) for found in every]
    return table(header, ([cells[place] for place in README_COLUMNS] for cells in rows))


def bare_environment(folder: Path) -> Path:
    """The interpreter of a fresh environment in which touchline is installed, and nothing else."""
    sys.path.insert(0, str(ROOT))
    from tools.install_size import install

    install(folder)
    return folder / "bin/python"


def main() -> None:
    """Measures, prints and, with --write, publishes."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--touchline", type=Path, metavar="PYTHON")
    for name in ("lmms-eval", "vlmevalkit"):
        known = os.environ.get(name.upper().replace("-", "_"))
        parser.add_argument(f"--{name}", type=Path, metavar="PYTHON", default=known)
    parser.add_argument("--runs", type=int, default=3)
    add_write_option(parser)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="touchline-peers-") as name:
        folder = Path(name)
        ours = options.touchline or bare_environment(folder / "environment")
        toolkits = [touchline(ours.absolute())]
        if options.lmms_eval:
            toolkits.append(lmms_eval(options.lmms_eval.absolute()))
        if options.vlmevalkit:
            toolkits.append(vlmevalkit(options.vlmevalkit.absolute()))
        half = folder / "half.mkv"
        join_clips(half, SECONDS)
        every = [examined(one, half, folder, options.runs) for one in toolkits]
    given = {"lmms-eval": options.lmms_eval, "VLMEvalKit": options.vlmevalkit}
    skipped = [name for name, python in given.items() if not python]
    command = "python benchmarks/bench_peers.py --lmms-eval PYTHON --vlmevalkit PYTHON --write"
    if options.write and skipped:
        print(f"not written to the page, which has {' and '.join(skipped)} too", file=sys.stderr)
        options.write = False
    publish("peers", body(every, skipped, options.runs), command, options)
    if options.write:
        write_section(README, "peers", for_readme(every))


if __name__ == "__main__":
    main()
