"""What a disk holds after the power was cut: a recording, replayed up to a point.

What was not fsynced is lost. For a file that is its content since its last fsync; for a name (a
file that was made, renamed, linked or deleted) whatever happened since the last fsync of its
folder. File systems promise no more than that, and most keep more: with `names_kept`, names are
kept in order, as a journal of metadata does, and contents are lost, so a file that was renamed
before its fsync is empty.
"""

from dataclasses import dataclass, field
from pathlib import PurePosixPath


@dataclass
class Node:
    """A file (`data` and what is on the disk of it) or a folder (`names` likewise)."""

    folder: bool
    data: bytearray = field(default_factory=bytearray)
    synced: bytes = b""
    names: dict = field(default_factory=dict)
    on_disk: dict = field(default_factory=dict)


class Disk:
    """A file system as it is in memory and on the disk.

    Args:
        names_kept: whether names need no fsync.
    """

    def __init__(self, names_kept):
        self.names_kept = names_kept
        self.root = Node(folder=True)

    def replay(self, operations):
        """Does recorded operations, in order."""
        for operation in operations:
            name, path, *rest = operation
            getattr(self, f"do_{name}")(PurePosixPath(path), *rest)

    def find(self, path):
        """What is at a path, as a program sees it; None for nothing."""
        node = self.root
        for part in PurePosixPath(path).parts:
            node = node.names.get(part) if node is not None and node.folder else None
        return node

    def write_to(self, folder):
        """Writes what is on the disk into a folder."""
        self._write(self.root, folder)

    def _write(self, node, place):
        place.mkdir(parents=True, exist_ok=True)
        for name, one in (node.names if self.names_kept else node.on_disk).items():
            if one.folder:
                self._write(one, place / name)
            else:
                (place / name).write_bytes(one.synced)

    def _put(self, path, node):
        above = self.find(path.parent)
        if above is not None:  # otherwise it failed when it was recorded, too
            above.names[path.name] = node

    def _take(self, path):
        return self.find(path.parent).names.pop(path.name, None)

    def do_open(self, path, truncates):
        if self.find(path) is None:
            self._put(path, Node(folder=False))
        elif truncates:
            self.find(path).data.clear()

    def do_write(self, path, data):
        self.find(path).data += data

    def do_fsync(self, path):
        node = self.find(path)
        if node.folder:
            node.on_disk = dict(node.names)
        else:
            node.synced = bytes(node.data)

    def do_mkdir(self, path, _other=None):
        if self.find(path) is None:
            self._put(path, Node(folder=True))

    def do_rename(self, path, other):
        node = self._take(path)
        if other is not None:
            self._put(PurePosixPath(other), node)

    do_replace = do_rename

    def do_link(self, path, other):
        if self.find(other) is None:
            self._put(PurePosixPath(other), self.find(path))

    def do_unlink(self, path, _other=None):
        self._take(path)

    do_remove = do_rmdir = do_unlink


def tree(folder):
    """Content of every file below a folder, by its path; hidden files are left out."""
    files = (path for path in folder.rglob("*") if path.is_file() and path.name[0] != ".")
    return {str(path.relative_to(folder)): path.read_bytes() for path in files}
