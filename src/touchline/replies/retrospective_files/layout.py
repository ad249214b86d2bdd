"""Recognizing a folder of raw replies in the retrospective's layout, without loading its reader."""

from pathlib import Path

ALIGNMENT_FILE = "alignment.json"


def is_retrospective(folder: Path) -> bool:
    """Whether a folder holds raw replies in this layout."""
    return (folder / ALIGNMENT_FILE).is_file()
