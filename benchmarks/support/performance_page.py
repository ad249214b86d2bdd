"""The owner of the tables that benchmarks write: each puts its own between two markers.

A section is what stands between `<!-- NAME: begin -->` and `<!-- NAME: end -->`; a script that is
run with --write replaces it, and ends it with the command, the machine, the date and the commit.
README has one such section too, with figures that also stand on the page.
"""

import argparse
import os
import platform
import re
import subprocess
import time
from collections.abc import Iterable, Sequence
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs/performance.md"
VIDEO_PAGE = ROOT / "docs/video.md"
README = ROOT / "README.md"


def add_write_option(parser: argparse.ArgumentParser) -> None:
    """The option that every benchmark of the page has."""
    parser.add_argument(
        "--write", action="store_true", help="put the table into its page under docs/"
    )
    parser.add_argument(
        "--beside", default="", metavar="TEXT", help="what else ran on the machine, for the page"
    )


def table(header: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A Markdown table; the first column is text, all others are figures."""
    lines = [header, ["---", *["---:"] * (len(header) - 1)], *rows]
    return "\n".join("| " + " | ".join(map(str, line)) + " |" for line in lines)


def publish(
    name: str, body: str, command: str, options: argparse.Namespace, page: Path = PAGE
) -> None:
    """Prints a section and, with --write, puts it into the page.

    Args:
        name: of the section.
        body: Markdown.
        command: that makes it, as a user types it.
        options: those of `add_write_option`.
        page: that it is put into.
    """
    print(f"\n{body}\n", flush=True)
    if options.write:
        write_section(page, name, f"{body}\n\n{origin(command, options.beside)}")


def write_section(file: Path, name: str, body: str) -> None:
    """Replaces what stands between the markers of a section.

    Raises:
        ValueError: the file does not have both markers once.
    """
    text = file.read_text(encoding="utf-8")
    begin, end = f"<!-- {name}: begin -->", f"<!-- {name}: end -->"
    if text.count(begin) != 1 or text.count(end) != 1:
        raise ValueError(f"{file}: it needs the lines {begin} and {end} once each")
    before, rest = text.split(begin)
    after = rest.split(end)[1]
    file.write_text(f"{before}{begin}\n{body.strip()}\n{end}{after}", encoding="utf-8")


def section(file: Path, name: str) -> str:
    """What stands between the markers of a section."""
    text = file.read_text(encoding="utf-8")
    return text.split(f"<!-- {name}: begin -->")[1].split(f"<!-- {name}: end -->")[0].strip()


def origin(command: str, beside: str = "") -> str:
    """The line under a table: how, where, when and of which commit."""
    load = os.getloadavg()[0]
    busy = f"; beside it ran {beside}" if beside else ""
    return (
        f"`{command}`: {machine()}; {time.strftime('%Y-%m-%d')}, commit {commit()}; "
        f"load {load:.1f} at the end{busy}."
    )


def machine() -> str:
    """Cores, processor, system and Python of this machine; not its name."""
    processor = platform.processor() or platform.machine()
    info = Path("/proc/cpuinfo")
    if info.exists():
        named = re.search(r"model name\s*:\s*(.+)", info.read_text())
        processor = named[1].strip() if named else processor
    cores = os.cpu_count()
    return f"{cores} cores of {processor}, {platform.system()}, Python {platform.python_version()}"


def commit() -> str:
    """The short name of the commit, with a plus where files differ from it."""
    git = ["git", "-C", str(ROOT)]
    done = subprocess.run(
        [*git, "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=False
    )
    if done.returncode:
        return "unknown"
    changed = subprocess.run(
        [*git, "status", "--porcelain", "--untracked-files=no", "--", "src", "benchmarks"],
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stdout.strip() + ("+" if changed.stdout.strip() else "")
