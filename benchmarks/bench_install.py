"""How long installing takes and how much of the disk: touchline, and what each extra adds.

    python benchmarks/bench_install.py [EXTRAS] [--write]

Every extra is installed into a fresh environment of its own from where pip finds packages, within
constraints.txt; "again" is the same with pip's cache. tools/install_size.py lists the packages.
"""

import argparse
import sys
import tempfile
import time
from pathlib import Path

from support.performance_page import ROOT, add_write_option, publish, table

EXTRAS = ("", "view", "audio", "figures")


def installed(extra: str) -> tuple[float, float]:
    """Seconds of the clock and megabytes of site-packages of one installation."""
    sys.path.insert(0, str(ROOT))
    from tools.install_size import install, measured_mb

    with tempfile.TemporaryDirectory() as folder:
        start = time.perf_counter()
        site_packages = install(Path(folder), extra)
        return time.perf_counter() - start, sum(measured_mb(site_packages).values())


def main() -> None:
    """Measures, prints and, with --write, publishes."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("extras", nargs="*", default=EXTRAS)
    add_write_option(parser)
    options = parser.parse_args()
    rows = []
    for extra in options.extras:
        first_s, size_mb = installed(extra)
        again_s, _ = installed(extra)
        name = f"touchline[{extra}]" if extra else "touchline"
        rows.append([f"`{name}`", f"{first_s:.0f}", f"{again_s:.0f}", f"{size_mb:,.0f}"])
        print(" ".join(rows[-1]), file=sys.stderr, flush=True)
    body = table(["", "wall s", "again s", "MB in site-packages"], rows)
    publish("install", body, "python benchmarks/bench_install.py --write", options)


if __name__ == "__main__":
    main()
