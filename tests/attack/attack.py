"""Attacks touchline with full numbers, and writes what came of it to docs/reliability.md.

    python tests/attack/attack.py              every operation, hundreds of flips: hours
    python tests/attack/attack.py --most 20    at most so many of each kind
    python tests/attack/attack.py --dry        print the table, write nothing

It ends with an error at the first answer that is lost, doubled or invented, at the first program
that hangs or prints a traceback, and at the first command that does not mend what was broken.
"""

import argparse
import os
import platform
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "src")]

from tests.attack.attacking import make_bench, recorded, run_program  # noqa: E402
from tests.attack.test_flips import flip_all  # noqa: E402
from tests.attack.test_kills import ERRORS, VERBS, meddle_with_run, meddle_with_verb  # noqa: E402
from tests.attack.test_power_cuts import cut_all, spread  # noqa: E402

PAGE = ROOT / "docs" / "reliability.md"
BEGIN, END = "<!-- attack.py: begin -->", "<!-- attack.py: end -->"


def attacks(folder, most):
    """Name of each attack, how often it can be done at most, and what does it so often."""
    bench = make_bench(folder)
    disk = folder / "disk"
    disk.mkdir()
    operations = recorded(run_program(bench, disk / "run"), disk, folder / "log")
    whole, count = disk / "run", len(operations)
    places = spread(count, min(most, count))
    yield (
        "a run is killed before a write, fsync or rename",
        lambda: meddle_with_run(bench, whole, places, "kill"),
    )
    yield (
        "a run is killed in the middle of a write",
        lambda: meddle_with_run(bench, whole, places, "tear"),
    )
    yield (
        f"the disk fails from there on ({', '.join(ERRORS)})",
        lambda: sum(
            meddle_with_run(bench, whole, spread(count, -(-most // len(ERRORS))), how, lasting=True)
            for how in ERRORS
        ),
    )
    for verb in VERBS:
        yield (
            f"`touchline {verb}` is killed",
            lambda verb=verb: meddle_with_verb(whole, folder / "verbs", verb, "kill", most),
        )
    yield (
        "the power is cut: names with a journal, and without",
        lambda: cut_all(bench, whole, operations, folder, -(-most // 2)),
    )
    yield "a bit of a run's folder flips", lambda: flip_all(bench, whole, most)


def table(most):
    """What was tried and how long it took, as Markdown."""
    lines = ["| what | tried | lost, doubled, invented, hung, not repaired |", "|---|--:|--:|"]
    with tempfile.TemporaryDirectory() as folder:
        os.environ |= {"STORM_SECONDS": "0", "TOUCHLINE_CACHE": f"{folder}/cache"}
        for name, attack in attacks(Path(folder), most):
            began_s = time.monotonic()
            tried = attack()
            print(f"{tried:6} {time.monotonic() - began_s:6.0f} s  {name}", flush=True)
            lines.append(f"| {name} | {tried} | 0 |")
    return lines


def main():
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--most", type=int, default=400, help="at most so many of each kind")
    options.add_argument("--dry", action="store_true", help="write nothing")
    given = options.parse_args()
    machine = f"{platform.system()}, Python {platform.python_version()}"
    command = f"python tests/attack/attack.py --most {given.most}"
    made = f"Made on {datetime.now(UTC):%Y-%m-%d} on {machine}, by `{command}`."
    text = "\n".join([BEGIN, made, "", *table(given.most), END])
    if given.dry:
        print(text)
        return
    page = PAGE.read_text(encoding="utf-8")
    before, after = page.split(BEGIN)[0], page.split(END)[1]
    PAGE.write_text(before + text + after, encoding="utf-8")


if __name__ == "__main__":
    main()
