"""The Python environment of a worker: where it is, how it is made, what is pinned in it."""

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from platformdirs import user_data_path

from touchline.errors import UserError
from touchline.files import write_atomically
from touchline.models.card_types.worker_program import WorkerCard
from touchline.text import shorten

VARIABLE = "TOUCHLINE_ENVIRONMENTS"
"""The folder of environments, where it is not in the user's data folder."""

_DONE = "touchline-environment.json"
"""Written last, so an environment without it is not complete."""

_REQUIREMENTS = "touchline-requirements.txt"
_NAME = re.compile(r"^[A-Za-z0-9][A-Za-z0-9._-]*")


@dataclass(frozen=True, slots=True)
class Step:
    """One command of an installation.

    Attributes:
        arguments: program and arguments, never a shell line.
        folder: where it runs; None for anywhere.
    """

    arguments: tuple[str, ...]
    folder: Path | None = None


def environment_folder(card: WorkerCard) -> Path:
    """The folder of a card's environment; what it pins is part of the name."""
    chosen = os.environ.get(VARIABLE)
    root = Path(chosen) if chosen else user_data_path("touchline") / "environments"
    pinned = json.dumps([card.python, card.requirements, card.sources])
    name = card.name.replace("/", "-").split("+")[0]
    return root / f"{name}-{hashlib.sha256(pinned.encode()).hexdigest()[:8]}"


def needs_environment(card: WorkerCard) -> bool:
    """Whether a card asks for anything; else its worker runs in the Python of touchline."""
    return bool(card.requirements or card.sources or card.python)


def worker_python(card: WorkerCard) -> Path:
    """The Python that runs a card's worker.

    Raises:
        UserError: there is none.
    """
    if card.program is not None:
        found = shutil.which(Path(card.program).expanduser())
        if found is None:
            raise UserError(
                f"model '{card.name}': the program '{card.program}' was not found: correct "
                "'program' in the card."
            )
        return Path(found)
    if not needs_environment(card):
        return Path(sys.executable)
    folder = environment_folder(card)
    if not (folder / _DONE).is_file():
        state = "incomplete" if folder.exists() else "not on this machine"
        raise UserError(
            f"model '{card.name}' runs in a Python environment of its own, which is {state}: "
            f"touchline models env {card.name}."
        )
    return folder / "bin/python"


def pinned_versions(card: WorkerCard) -> dict[str, str | None]:
    """The version of each package that a card pins; None where it pins an address."""
    found = {}
    for requirement in card.requirements:
        name = _NAME.match(requirement)
        assert name is not None  # checked when the card was read
        version = requirement.partition("==")[2]
        # A local label such as +cu118 is part of the version.
        found[name[0]] = version or None
    return found


def install_commands(card: WorkerCard) -> tuple[Step, ...]:
    """The commands that make a card's environment, in order.

    Raises:
        UserError: neither uv nor the version of Python is here.
    """
    folder = environment_folder(card)
    python = str(folder / "bin/python")
    uv = shutil.which("uv")
    if uv is not None:
        version = ("--python", card.python) if card.python else ()
        create: tuple[str, ...] = (uv, "venv", "--seed", *version, str(folder))
        install: tuple[str, ...] = (uv, "pip", "install", "--python", python)
    else:
        create = (_python(card), "-m", "venv", str(folder))
        install = (python, "-m", "pip", "install", "--disable-pip-version-check")
    steps = [Step(create)]
    if card.requirements:
        steps.append(Step((*install, "-r", str(folder / _REQUIREMENTS))))
    for source in card.sources:
        address, _, commit = source.rpartition("@")
        place = folder / "sources" / address.rstrip("/").rpartition("/")[2].removesuffix(".git")
        steps += [
            Step(("git", "init", "--quiet", str(place))),
            Step(("git", "fetch", "--quiet", "--depth", "1", address, commit), place),
            Step(("git", "checkout", "--quiet", commit), place),
        ]
    return tuple(steps)


def make_environment(card: WorkerCard, note: Callable[[str], None], again: bool = False) -> Path:
    """Makes a card's environment; one that is complete is kept.

    Args:
        card: the model.
        note: called with each command before it runs.
        again: make it again if it exists.

    Returns:
        Its folder.

    Raises:
        UserError: the card needs none, or a command failed; what was made is deleted.
    """
    if card.program is not None or not needs_environment(card):
        raise UserError(f"model '{card.name}' runs in a Python that is here already.")
    folder = environment_folder(card)
    if (folder / _DONE).is_file() and not again:
        return folder
    steps = install_commands(card)
    shutil.rmtree(folder, ignore_errors=True)
    folder.parent.mkdir(parents=True, exist_ok=True)
    try:
        for at, step in enumerate(steps):
            note(" ".join(step.arguments))
            _run(card, step)
            if at == 0:
                lines = "".join(f"{one}\n" for one in card.requirements)
                write_atomically(folder / _REQUIREMENTS, lines)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    done = {"model": card.name, "python": card.python, "requirements": card.requirements}
    write_atomically(folder / _DONE, json.dumps({**done, "sources": card.sources}, indent=1))
    return folder


def _python(card: WorkerCard) -> str:
    """An interpreter of the version that a card asks for."""
    here = f"{sys.version_info.major}.{sys.version_info.minor}"
    if card.python in (None, here):
        return sys.executable
    found = shutil.which(f"python{card.python}")
    if found is None:
        raise UserError(
            f"model '{card.name}' needs Python {card.python}, which is not here: install uv, "
            f"which brings it (pip install uv), or put python{card.python} on the PATH."
        )
    return found


def _run(card: WorkerCard, step: Step) -> None:
    """Runs one command; its output is shown as it comes."""
    try:
        done = subprocess.run(step.arguments, cwd=step.folder, check=False)  # noqa: S603
    except OSError as error:
        raise UserError(
            f"model '{card.name}': '{step.arguments[0]}' cannot be run ({error.strerror})."
        ) from error
    if done.returncode:
        raise UserError(
            f"model '{card.name}': its environment could not be made: "
            f"'{shorten(' '.join(step.arguments), 300)}' ended with {done.returncode}; see above."
        )
