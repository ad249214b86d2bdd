"""Prints what an installation takes in site-packages: the base, and what each extra adds.

    python tools/install_size.py                     the base alone
    python tools/install_size.py view audio          and what these extras add, each by itself
    python tools/install_size.py --all --largest 12  every extra, and the largest packages of each

Every extra is installed into a fresh environment of its own. Packages come from where pip finds
them, within constraints.txt. Compiled bytecode is counted, as users have it.
"""

import argparse
import subprocess
import sys
import tempfile
import tomllib
import venv
from collections import Counter
from collections.abc import Sequence
from importlib.metadata import distributions
from pathlib import Path

ROOT = Path(__file__).parents[1]
NOT_FOR_USERS = {"test", "dev"}


def main() -> None:
    """Installs and prints."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("extras", nargs="*")
    parser.add_argument("--all", action="store_true", help="every extra")
    parser.add_argument("--largest", type=int, default=8, help="packages to list for each")
    options = parser.parse_args()
    declared = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    known = [
        one for one in declared["project"]["optional-dependencies"] if one not in NOT_FOR_USERS
    ]
    base = package_sizes_mb("")
    show("base", base, options.largest)
    for extra in sorted(known) if options.all else options.extras:
        sizes = package_sizes_mb(extra)
        added = {name: mb - base.get(name, 0) for name, mb in sizes.items()}
        show(f"+ {extra}", added, options.largest)


def package_sizes_mb(extra: str, root: Path = ROOT) -> dict[str, float]:
    """Installs touchline into a fresh environment; megabytes of each package in site-packages."""
    with tempfile.TemporaryDirectory() as folder:
        site_packages = install(Path(folder), extra, root)
        return measured_mb(site_packages)


def install(
    folder: Path, extra: str = "", root: Path = ROOT, *, beside: Sequence[str] = ()
) -> Path:
    """Makes an environment with touchline in it; returns its site-packages.

    Args:
        folder: of the environment.
        extra: one extra of touchline, or several with commas between them.
        root: of the tree that is installed.
        beside: packages that are installed too, without what they declare.
    """
    venv.create(folder, with_pip=False, symlinks=True)
    what = f"{root}[{extra}]" if extra else str(root)
    pip = [sys.executable, "-m", "pip", "--python", str(folder / "bin/python")]
    flags = [
        "--quiet",
        "--quiet",
        "--disable-pip-version-check",
        "--constraint",
        str(root / "constraints.txt"),
    ]
    subprocess.run([*pip, "install", *flags, what], check=True)
    if beside:
        subprocess.run([*pip, "install", *flags, "--no-deps", *beside], check=True)
    (site_packages,) = folder.glob("lib/python3*/site-packages")
    return site_packages


def measured_mb(site_packages: Path) -> dict[str, float]:
    """Megabytes on the disk by distribution, and what belongs to none."""
    total = sum(_bytes(file) for file in site_packages.rglob("*"))
    sizes: Counter[str] = Counter()
    for one in distributions(path=[str(site_packages)]):
        inside = (Path(str(file.locate())) for file in one.files or [] if ".." not in file.parts)
        sizes[one.name] += sum(_bytes(file) for file in inside)
    sizes["(other)"] = total - sum(sizes.values())
    return {name: size / 2**20 for name, size in sizes.items()}


def _bytes(file: Path) -> int:
    return file.stat().st_blocks * 512 if file.is_file() else 0


def show(title: str, sizes_mb: dict[str, float], largest: int) -> None:
    """One line for the sum, one for the largest packages."""
    print(f"{title}: {sum(sizes_mb.values()):.0f} MB")
    first = sorted(sizes_mb.items(), key=lambda item: -item[1])[:largest]
    print("  " + ", ".join(f"{name} {mb:.0f}" for name, mb in first if mb >= 1))


if __name__ == "__main__":
    main()
