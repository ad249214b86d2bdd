"""Links in a run's folder: a run from a stranger neither reads nor writes outside of its folder."""

import os
from pathlib import Path

from touchline.bounded_reading import read_bounded
from touchline.errors import UserError


def read_inside(folder: Path, file: Path) -> bytes:
    """The content of a file of a run that no link leads out of.

    Raises:
        UserError: a link of the run leads out of its folder.
        OSError: as of `read_bounded`.
    """
    content = read_bounded(file)
    refuse_links_outside(folder)
    return content


def refuse_links_outside(folder: Path) -> None:
    """Makes sure that no symbolic link below a run's folder leads out of it.

    The folder itself may be a link.

    Raises:
        UserError: one does.
    """
    root = folder.resolve()
    for place, folders, files in os.walk(root):
        for name in (*folders, *files):
            one = Path(place, name)
            if one.is_symlink() and not _leads_inside(one, root):
                raise UserError(
                    f"run {folder}: {one.relative_to(root)} is a link that leads out of the run's "
                    "folder: replace it by what it points to, or delete it."
                )


def _leads_inside(link: Path, root: Path) -> bool:
    try:
        return link.resolve().is_relative_to(root)
    except (OSError, RuntimeError):  # a loop
        return False
