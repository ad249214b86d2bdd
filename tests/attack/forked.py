"""Starts programs at once: a process that has imported everything forks each of them.

An attack runs a small benchmark hundreds of times, and most of that was imports. Each program is
a process of its own, with its own environment, that can be killed. The first one is started as it
would be anywhere; what it had imported is imported for all others.
"""

import json
import os
import runpy
import subprocess
import sys
import tempfile
from contextlib import suppress
from importlib import import_module
from pathlib import Path

ROOT = str(Path(__file__).resolve().parents[2])
_ONE_THREAD = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
_MODULES = "FORKED_MODULES"
_PLOTS = "altair"
"""Plots take half of a run, and are only in the page, which has the time on it: not compared."""


class _Server:
    """The process that forks; started when it is needed first, and ended by the end of this one."""

    def __init__(self):
        self.process = None

    def ask(self, job):
        """The exit code of a job."""
        if self.process is None or self.process.poll() is not None:
            self.process = subprocess.Popen(
                [sys.executable, __file__],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
                env=os.environ | dict.fromkeys(_ONE_THREAD, "1"),
            )
        self.process.stdin.write(json.dumps(job) + "\n")
        self.process.stdin.flush()
        return int(self.process.stdout.readline())


_SERVER = _Server()


def run_forked(program, environment):
    """Runs a Python program, as `subprocess.run` does with `capture_output` and `text`.

    Args:
        program: a file or "-m" and a module, and arguments.
        environment: of the program.
    """
    with tempfile.TemporaryDirectory() as folder:
        files = [str(Path(folder) / name) for name in ("stdout", "stderr")]
        job = {"program": program, "env": dict(environment), "files": files, "cwd": str(Path.cwd())}
        code = _SERVER.ask(job)
        said = [Path(file).read_text(encoding="utf-8") for file in files]
    return subprocess.CompletedProcess(program, code, *said)


def serve():
    """Forks a program for each line of the standard input, until that ends."""
    names = Path(tempfile.gettempdir()) / f"forked-{os.getpid()}"
    sys.path[:0] = [ROOT, f"{ROOT}/src"]
    sys.modules[_PLOTS] = None
    for line in sys.stdin:
        job = json.loads(line)
        if not names.exists():
            job["env"][_MODULES] = str(names)
        child = os.fork()
        if child == 0:
            return job
        code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        if names.exists():
            for name in names.read_text(encoding="utf-8").split():
                with suppress(Exception):
                    import_module(name)
            names.write_text("", encoding="utf-8")
        print(code, flush=True)
    names.unlink(missing_ok=True)
    return None


def become(job):
    """Makes this process the program of a job."""
    os.environ.clear()
    os.environ.update(job["env"])
    os.chdir(job["cwd"])
    for number, file in enumerate((os.devnull, *job["files"])):
        flags = os.O_CREAT | os.O_WRONLY | os.O_APPEND if number else os.O_RDONLY
        handle = os.open(file, flags)
        os.dup2(handle, number)
        os.close(handle)
    sys.stdin, sys.stdout, sys.stderr = (
        os.fdopen(number, mode, buffering=1) for number, mode in enumerate("rww")
    )
    program = job["program"]
    sys.argv = program
    try:
        if program[0] == "-m":
            sys.argv = program[1:]
            runpy.run_module(program[1], run_name="__main__", alter_sys=True)
        else:
            runpy.run_path(program[0], run_name="__main__")
    finally:
        if _MODULES in os.environ:
            loaded = [name for name in sys.modules if name != "__main__"]
            Path(os.environ[_MODULES]).write_text("\n".join(loaded), encoding="utf-8")


if __name__ == "__main__":
    found = serve()
    if found is not None:
        become(found)
