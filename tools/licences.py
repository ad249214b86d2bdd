"""The licences of what touchline needs, as the packages themselves name them.

    python tools/licences.py                 packages of the base installation
    python tools/licences.py local view      and those that these extras add
    python tools/licences.py --all           every installed package

Packages that are not installed are named, not guessed.
"""

import argparse
import re
import sys
import tomllib
from collections.abc import Iterable, Iterator
from importlib import metadata
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]
BY_HAND = {"SoccerNet": "MIT", "docopt": "MIT", "pympi-ling": "MIT"}
"""Packages whose metadata do not say it; read in their sources."""


def licences(package: metadata.Distribution) -> set[str]:
    """The licences that a package's metadata name: all of them have to be accepted."""
    facts = package.metadata
    if expression := facts.get("License-Expression"):
        return _parts(expression)
    classifiers = [
        one.rpartition(" :: ")[2]
        for one in facts.get_all("Classifier") or []
        if one.startswith("License :: ") and not one.endswith("OSI Approved")
    ]
    if classifiers:
        return set(classifiers)
    lines = (facts.get("License") or "").strip().splitlines()
    found = _parts(lines[0]) if lines else set()
    by_hand = BY_HAND.get(facts["Name"])
    return found or ({by_hand} if by_hand else set())


def _parts(expression: str) -> set[str]:
    """The licences of an expression; of alternatives too, since all that occur are accepted."""
    return {one.strip("() ") for one in re.split(r" AND | OR ", expression)}


def closure(*extras: str) -> dict[str, metadata.Distribution | None]:
    """The packages that an installation with some extras brings, dependencies included.

    Args:
        extras: of touchline; none is the base.

    Returns:
        Each package by its normal name; None where it is not installed here.
    """
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    own = project["optional-dependencies"]
    todo = [*project["dependencies"], *(one for extra in extras for one in own[extra])]
    found: dict[str, metadata.Distribution | None] = {}
    seen: set[str] = set()
    while todo:
        text = todo.pop()
        if text in seen:
            continue
        seen.add(text)
        requirement = Requirement(text)
        name = canonicalize_name(requirement.name)
        if name == "touchline":
            todo += [one for extra in requirement.extras for one in own[extra]]
            continue
        try:
            found[name] = metadata.distribution(name)
        except metadata.PackageNotFoundError:
            found[name] = None
            continue
        todo += _needed(metadata.requires(name) or (), requirement.extras)
    return dict(sorted(found.items()))


def _needed(declared: Iterable[str], extras: Iterable[str]) -> Iterator[str]:
    """Requirements of a package that hold here with some of its extras, without their markers."""
    for text in declared:
        requirement = Requirement(text)
        marker = requirement.marker
        if marker and not any(marker.evaluate({"extra": one}) for one in ("", *extras)):
            continue
        named = f"[{','.join(sorted(requirement.extras))}]" if requirement.extras else ""
        yield f"{requirement.name}{named}"


def main() -> None:
    """Prints one package a line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("extras", nargs="*")
    parser.add_argument("--all", action="store_true", help="every installed package")
    options = parser.parse_args()
    if options.all:
        found = {one.metadata["Name"]: one for one in metadata.distributions()}
    else:
        found = closure(*options.extras)
    for name, package in sorted(found.items()):
        named = "not installed here" if package is None else ", ".join(sorted(licences(package)))
        version = "" if package is None else package.version
        sys.stdout.write(f"{name:28} {version:16} {named or 'not named'}\n")


if __name__ == "__main__":
    main()
