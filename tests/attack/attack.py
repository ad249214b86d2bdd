"""Attacks touchline with full numbers, and writes what came of it to docs/reliability.md.

    python tests/attack/attack.py              every operation, hundreds of flips: hours
    python tests/attack/attack.py --most 20    at most so many of each kind
    python tests/attack/attack.py --jobs 4     so many kinds at once
    python tests/attack/attack.py --only power  kinds with a word in their names; other rows stay
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
from concurrent.futures import ProcessPoolExecutor, as_completed
from datetime import UTC, datetime
from multiprocessing import get_context
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "src")]

from tests.attack import test_faults_in_verbs as faults  # noqa: E402
from tests.attack.attacking import make_bench, recorded, run_program  # noqa: E402
from tests.attack.test_flips import harm_all, lose_block, misplace_block  # noqa: E402
from tests.attack.test_kills import ERRORS, VERBS, meddle_with_run, meddle_with_verb  # noqa: E402
from tests.attack.test_mutated_records import read_mutations  # noqa: E402
from tests.attack.test_power_cuts import cut_all, spread  # noqa: E402

PAGE = ROOT / "docs" / "reliability.md"
BEGIN, END = "<!-- attack.py: begin -->", "<!-- attack.py: end -->"
MUTATIONS = 25
"""Of the records of a journal, for each attack of another kind: they are read in a moment."""


class Target:
    """An unbroken run in a folder of its own, and what was done to make it."""

    def __init__(self, folder):
        self.folder = folder
        self.bench = make_bench(folder)
        disk = folder / "disk"
        disk.mkdir()
        self.operations = recorded(run_program(self.bench, disk / "run"), disk, folder / "log")
        self.whole = disk / "run"
        self.count = sum(path.split("/")[0] == "run" for _, path, *_ in self.operations)

    def meddle(self, how, most):
        """Kills or tears a run at some places."""
        return meddle_with_run(self.bench, self.whole, spread(self.count, most), how)

    def fail(self, most):
        """Fails the disk of a run at some places, in every way."""
        places = spread(self.count, -(-most // len(ERRORS)))
        return sum(
            meddle_with_run(self.bench, self.whole, places, how, lasting=True) for how in ERRORS
        )

    def fail_verbs(self, most):
        """Fails single files that verbs read or write."""
        place = self.folder / "place"
        place.mkdir()
        faults.make_place(place)
        tries = -(-3 * most // (1 + len(faults.VERBS)))
        return sum(
            faults.fail_everywhere(place, self.folder / "verb", verb, tries)
            for verb in (faults.ASKING, *faults.VERBS)
        )


ATTACKS = {
    "a run is killed before a write, fsync or rename": lambda one, most: one.meddle("kill", most),
    "a run is killed in the middle of a write": lambda one, most: one.meddle("tear", most),
    f"the disk fails from there on ({', '.join(ERRORS)})": lambda one, most: one.fail(most),
    **{
        f"`touchline {verb}` is killed": lambda one, most, verb=verb: meddle_with_verb(
            one.whole, one.folder / "verbs", verb, "kill", most
        )
        for verb in VERBS
    },
    "one file of a verb cannot be read or written": lambda one, most: one.fail_verbs(most),
    "the power is cut: names with a journal, and without": lambda one, most: cut_all(
        one.bench, one.whole, one.operations, one.folder, -(-most // 2)
    ),
    "a bit of a run's folder flips": lambda one, most: harm_all(one.bench, one.whole, most),
    "a block of a run's folder is lost, or is that of another file": lambda one, most: sum(
        harm_all(one.bench, one.whole, -(-most // 2), harm) for harm in (lose_block, misplace_block)
    ),
    "a record of the journal is another, with a checksum that fits": lambda one, most: (
        read_mutations(one.bench, one.whole, MUTATIONS * most)
    ),
}
"""What is done to a target, at most so often, and gives how often it was done."""


def attack(name, most):
    """Does one attack; how often, and how many seconds it took."""
    memory = Path("/dev/shm")
    began_s = time.monotonic()
    with tempfile.TemporaryDirectory(dir=memory if memory.is_dir() else None) as folder:
        os.environ |= {"STORM_SECONDS": "0", "TOUCHLINE_CACHE": f"{folder}/cache"}
        tried = ATTACKS[name](Target(Path(folder)), most)
    return tried, time.monotonic() - began_s


def tried(names, most, jobs):
    """How often each attack was done."""
    counts = {}
    with ProcessPoolExecutor(jobs, get_context("spawn"), max_tasks_per_child=1) as pool:
        running = {pool.submit(attack, name, most): name for name in names}
        for done in as_completed(running):
            count, seconds = done.result()
            counts[running[done]] = count
            print(f"{count:6} {seconds:6.0f} s  {running[done]}", flush=True)
    return counts


def table(counts, most, before):
    """The rows of all attacks, as Markdown: those of today, and those that were there before."""
    day = f"{datetime.now(UTC):%Y-%m-%d}, `--most {most}`"
    rows = {row.split("|")[1].strip(): row for row in before.splitlines() if row.startswith("|")}
    rows |= {name: f"| {name} | {count} | 0 | {day} |" for name, count in counts.items()}
    return [
        "| what | tried | lost, doubled, invented, hung, not repaired | made |",
        "|---|--:|--:|---|",
        *(rows[name] for name in ATTACKS if name in rows),
    ]


def main():
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--most", type=int, default=400, help="at most so many of each kind")
    options.add_argument("--jobs", type=int, default=os.cpu_count(), help="kinds at once")
    options.add_argument("--only", default="", help="a word in the names of the kinds to try")
    options.add_argument("--dry", action="store_true", help="write nothing")
    given = options.parse_args()
    chosen = [name for name in ATTACKS if given.only in name]
    counts = tried(chosen, given.most, given.jobs)
    page = PAGE.read_text(encoding="utf-8")
    before, _, rest = page.partition(BEGIN)
    inside, _, after = rest.partition(END)
    machine = f"{platform.system()}, Python {platform.python_version()}"
    made = f"Made on {machine}, by `python tests/attack/attack.py`."
    text = "\n".join([BEGIN, made, "", *table(counts, given.most, inside), END])
    if given.dry:
        print(text)
        return
    PAGE.write_text(before + text + after, encoding="utf-8")


if __name__ == "__main__":
    main()
