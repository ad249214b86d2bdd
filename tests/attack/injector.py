"""Runs a Python program and meddles with what it writes, as disks, kernels and people do.

    python injector.py PROGRAM.py ARGUMENTS...
    python injector.py -m MODULE ARGUMENTS...

What is done is asked for in the environment, as JSON in ATTACK:

    root     only this folder and what is below it are meddled with; an absolute path
    how      "record", "kill", "tear", or the name of an error such as "ENOSPC"
    at       the number, from 0, of the operation that it happens to
    lasting  whether every later operation fails too, as on a full disk
    reads    whether to open a file for reading, and to list a folder, are operations too
    log      where "record" writes what was done, and every other mode the count of operations

An operation opens a file for writing, writes, fsyncs, makes a folder, renames, links or deletes. It
is counted before it is done. "kill" ends the process before the operation, "tear" after half of a
write. Processes that the program starts are meddled with too where they are started with
injector.py.
"""

import builtins
import errno
import io
import json
import os
import pickle
import runpy
import signal
import sys
from pathlib import Path

WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND

_OF_TWO = ("rename", "replace", "link")


class Injector:
    """Counts the operations below a folder and does something to one of them."""

    def __init__(self, root, how, at=-1, lasting=False, log=None, reads=False):
        self.root = str(root)
        self.how, self.at, self.lasting, self.log, self.reads = how, at, lasting, log, reads
        self.count = 0
        self.done = []
        self.paths = {}
        self.real = {
            name: getattr(os, name)
            for name in (
                "open",
                "write",
                "fsync",
                "mkdir",
                "rename",
                "replace",
                "link",
                "unlink",
                "remove",
                "rmdir",
                "close",
                "fdopen",
            )
        }

    def install(self):
        """Puts itself in the place of the functions of `os` that touchline writes with."""
        os.open, os.write, os.fsync, os.close = self.open, self.write, self.fsync, self.close
        os.mkdir = self.named("mkdir")
        os.rename, os.replace = self.named("rename"), self.named("replace")
        os.link, os.unlink, os.remove = (
            self.named("link"),
            self.named("unlink"),
            self.named("remove"),
        )
        os.rmdir = self.named("rmdir")
        os.fdopen = self.fdopen
        if self.reads:
            io.open = builtins.open = self.reading("read", open)
            os.scandir = self.reading("list", os.scandir)
            os.listdir = self.reading("list", os.listdir)

    def inside(self, path):
        """The path below the root, or None."""
        if not isinstance(path, str | bytes | os.PathLike):
            return None
        full = os.path.abspath(os.fsdecode(path))  # noqa: PTH100  (pathlib calls what is replaced)
        inside = full == self.root or full.startswith(self.root + os.sep)
        return os.path.relpath(full, self.root) if inside else None

    def happens(self, operation, torn=None):
        """Counts an operation, and does to it what was asked for."""
        number, self.count = self.count, self.count + 1
        if self.how == "record":
            self.done.append(operation)
            return
        if number != self.at and not (self.lasting and number > self.at):
            return
        if self.how == "kill":
            os.kill(os.getpid(), signal.SIGKILL)
        if self.how == "tear":
            if torn is not None:
                torn()
            os.kill(os.getpid(), signal.SIGKILL)
        if self.lasting and operation[0] in ("unlink", "remove", "rmdir"):
            return  # a full disk lets one delete
        code = getattr(errno, self.how)
        raise OSError(code, os.strerror(code), operation[1])

    def open(self, path, flags, mode=0o777, *, dir_fd=None):
        where = None if dir_fd is not None else self.inside(path)
        writes = where is not None and (self.reads or bool(flags & WRITING))
        if writes:
            self.happens(("open", where, flags & os.O_TRUNC))
        handle = self.real["open"](path, flags, mode, dir_fd=dir_fd)
        if where is not None:
            self.paths[handle] = where
        return handle

    def write(self, handle, data):
        where = self.paths.get(handle)
        if where is not None:
            half = bytes(data)[: len(data) // 2]
            self.happens(("write", where, bytes(data)), lambda: self.real["write"](handle, half))
        return self.real["write"](handle, data)

    def fsync(self, handle):
        where = self.paths.get(handle if isinstance(handle, int) else handle.fileno())
        if where is not None:
            self.happens(("fsync", where))
        return self.real["fsync"](handle)

    def close(self, handle):
        self.paths.pop(handle, None)
        return self.real["close"](handle)

    def fdopen(self, handle, mode="r", *rest, **options):
        if handle in self.paths and mode == "wb":
            return io.BufferedWriter(_Raw(self, handle))
        return self.real["fdopen"](handle, mode, *rest, **options)

    def named(self, name):
        """One of the operations on names: of one path or of two."""

        def operation(path, *rest, **options):
            where = None if options.get("dir_fd") is not None else self.inside(path)
            if where is not None:
                other = (
                    self.inside(rest[0]) if rest and name in ("rename", "replace", "link") else None
                )
                self.happens((name, where, other))
            return self.real[name](path, *rest, **options)

        return operation

    def reading(self, name, real):
        """One of the functions that read a file or a folder."""

        def operation(path=".", *rest, **options):
            where = self.inside(path)
            if where is not None:
                self.happens((name, where, None))
            return real(path, *rest, **options)

        return operation

    def finish(self):
        """Writes what was counted or recorded."""
        if self.log is not None:
            content = self.done if self.how == "record" else self.count
            Path(self.log).write_bytes(pickle.dumps(content))


class _Raw(io.RawIOBase):
    """An open file whose writes are operations too."""

    def __init__(self, injector, handle):
        super().__init__()
        self.injector, self.handle = injector, handle

    def writable(self):
        return True

    def seekable(self):
        return True

    def seek(self, offset, whence=0):
        return os.lseek(self.handle, offset, whence)

    def fileno(self):
        return self.handle

    def write(self, data):
        return self.injector.write(self.handle, data)

    def close(self):
        if not self.closed:
            super().close()
            self.injector.close(self.handle)


def main(arguments):
    injector = Injector(**json.loads(os.environ["ATTACK"]))
    injector.install()
    try:
        if arguments[0] == "-m":
            sys.argv = arguments[1:]
            runpy.run_module(arguments[1], run_name="__main__", alter_sys=True)
        else:
            sys.argv = arguments
            runpy.run_path(arguments[0], run_name="__main__")
    finally:
        injector.finish()


if __name__ == "__main__":
    main(sys.argv[1:])
