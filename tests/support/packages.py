"""Packages as pip would install them, with entry points for touchline."""

import sys
from collections.abc import Mapping
from pathlib import Path

import pytest


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
    info = root / "theirlab-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: theirlab\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text(f"[{group}]\ntheirlab = theirlab.data\n")
    monkeypatch.syspath_prepend(str(root))
    for module in ("theirlab", "theirlab.data"):
        monkeypatch.delitem(sys.modules, module, raising=False)
