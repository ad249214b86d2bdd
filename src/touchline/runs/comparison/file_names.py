"""Names for files of spots that are shown side by side."""

from collections.abc import Sequence
from pathlib import Path


def names_of_files(files: Sequence[Path]) -> list[str]:
    """A name for each file of spots: its own without ending, its path where two share it.

    >>> names_of_files([Path("a/first.zip"), Path("b/first.zip"), Path("other.zip")])
    ['a/first.zip', 'b/first.zip', 'other']
    """
    stems = [file.stem for file in files]
    names = [
        stem if stems.count(stem) == 1 else str(file)
        for stem, file in zip(stems, files, strict=True)
    ]
    return [
        name if name not in names[:place] else f"{name} ({names[:place].count(name) + 1})"
        for place, name in enumerate(names)
    ]


def names_of_runs(names: Sequence[str], folders: Sequence[Path]) -> list[str]:
    """A name for each run: its own, or where another has the same one, that of its folder.

    Args:
        names: of the runs.
        folders: of the runs, no two the same; as much of a path is shown as tells them apart.

    >>> names_of_runs(["demo", "demo", "lab"], [Path("/a/first"), Path("/a/next"), Path("/b/x")])
    ['first', 'next', 'lab']
    >>> names_of_runs(["demo", "demo"], [Path("/a/demo"), Path("/b/demo")])
    ['a/demo', 'b/demo']
    """
    parts = [folder.resolve().parts for folder in folders]
    deepest = max((len(one) for one in parts), default=1)
    for shown in range(1, deepest + 1):
        found = [
            name if names.count(name) == 1 else "/".join(of_folder[-shown:])
            for name, of_folder in zip(names, parts, strict=True)
        ]
        if len({*found}) == len(found):
            return found
    raise ValueError("a folder is named twice")
