"""Packages as pip would install them, with entry points for touchline."""

import sys
from collections.abc import Mapping
from pathlib import Path

import pytest


def write_entry_points(root: Path, package: str, group: str, points: Mapping[str, str]) -> None:
    """What pip writes about a package in a folder: its name, and entry points of a group."""
    info = root / f"{package.replace('-', '_')}-1.0.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {package}\nVersion: 1.0\n")
    lines = [f"{name} = {target}" for name, target in points.items()]
    (info / "entry_points.txt").write_text("\n".join([f"[{group}]", *lines]) + "\n")


def install_package(
    root: Path, monkeypatch: pytest.MonkeyPatch, group: str, files: Mapping[str, str]
) -> None:
    """A package `theirlab` on the path, whose folder `theirlab.data` is an entry point."""
    folder = root / "theirlab" / "data"
    folder.mkdir(parents=True)
    for package in (folder.parent, folder):
        (package / "__init__.py").write_text("")
    for name, text in files.items():
        (folder / name).write_text(text)
    write_entry_points(root, "theirlab", group, {"theirlab": "theirlab.data"})
    monkeypatch.syspath_prepend(str(root))
    for module in ("theirlab", "theirlab.data"):
        monkeypatch.delitem(sys.modules, module, raising=False)
