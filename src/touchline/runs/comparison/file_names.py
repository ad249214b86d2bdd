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
