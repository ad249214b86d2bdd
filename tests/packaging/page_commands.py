"""The commands of README and the documentation: which environment each page says to install, and
which commands need something that a test cannot have, with the reason."""

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

from tests.packaging.extras import ROOT

README_EXTRAS = "local,audio,view,figures"
PAGES = [
    ROOT / "README.md",
    *(page for page in sorted((ROOT / "docs").glob("*.md")) if page.name != "extending.md"),
]
"""Studies are made by their scripts; the packages of extending.md by `tests/docs`."""

EXTRAS = {
    "data.md": "",
    "endpoints.md": "",
    "formats.md": "",
    "score.md": "",
    "viewer.md": "view",
}
"""By page, as the table of install.md says; all others need what README installs."""

NOT_RUN = {
    r"data download|models (pull|env) (?!demo)": "needs the network",
    r"models pull --bench": "needs weights",
    r"models prune \w|train lora|data transcribe": "needs weights",
    r"train (demo|hybrid)": "takes many minutes",
    r"--on slurm|--partition": "needs SLURM: tests/runs/slurm",
    r"--gpus": "needs a GPU",
    r"--batch$": "needs a batch API",
    r"serve |trust-remote-code|probe m ": "needs a server or a model's own environment",
    r"completion": "changes the shell",
}
"""Why a command is not run, by what it contains."""

_BLOCK = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_SHELLS = ("", "console", "bash", "sh")
PLACES = {"/data/SoccerNet": "SoccerNet"}
"""Paths of pages, and what stands for them in a test."""


def commands_of(page: Path) -> Iterator[list[str]]:
    """The arguments of each `touchline` that a page shows, in order."""
    for language, block in _BLOCK.findall(page.read_text(encoding="utf-8")):
        lines = block.replace("\\\n", " ").splitlines() if language in _SHELLS else []
        for line in lines:
            text = line.removeprefix("$ ").strip()
            if text.startswith("touchline "):
                words = shlex.split(text, comments=True)[1:]
                yield [PLACES.get(word, word) for word in words]


def why_not_run(words: list[str]) -> str | None:
    """Why a command is not run in a test; None where it is."""
    text = " ".join(words)
    return next((why for part, why in NOT_RUN.items() if re.search(part, text)), None)
