"""Stories of a page: files under their names, and commands with what they print."""

import re
import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.support.packages import write_entry_points

_FILE = re.compile(r"^`(?P<name>[^`\s]+)`\n\n```\w+\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)
_CONSOLE = re.compile(r"^```console\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)
_NOT_CODE = ("pyproject.toml", "bench.yaml", ".json")


@dataclass
class Command:
    """A command of a story.

    Attributes:
        words: the line after the dollar sign.
        printed: lines, or parts of lines, that it prints; "..." stands for the rest of one.
    """

    words: str
    printed: list[str] = field(default_factory=list)


@dataclass
class Story:
    """A section of the page.

    Attributes:
        title: of the section.
        files: text by name.
        commands: what is typed, in order.
    """

    title: str
    files: dict[str, str]
    commands: list[Command]

    @property
    def project(self) -> dict[str, Any]:
        """The section [project] of its pyproject.toml."""
        return tomllib.loads(self.files["pyproject.toml"])["project"]

    @property
    def package(self) -> str:
        """The name that it is installed under."""
        return self.project["name"]

    def code_lines(self) -> int:
        """How many lines of code it has, empty ones not counted."""
        code = [text for name, text in self.files.items() if not name.endswith(_NOT_CODE)]
        return sum(bool(line.strip()) for text in code for line in text.splitlines())


def read_stories(page: str) -> list[Story]:
    """The sections of a page that hold files."""
    parts = re.split(r"^## ", page, flags=re.MULTILINE)[1:]
    found = [_story(part) for part in parts]
    return [story for story in found if story.files]


def _story(part: str) -> Story:
    title, _, body = part.partition("\n")
    files = {match["name"]: match["text"] for match in _FILE.finditer(body)}
    commands = []
    for console in _CONSOLE.finditer(body):
        for line in console["text"].splitlines():
            if line.startswith("$ "):
                commands.append(Command(line.removeprefix("$ ")))
            else:
                commands[-1].printed.append(line.strip())
    return Story(title.strip(), files, commands)


def write_files(story: Story, folder: Path) -> None:
    """Writes a story's files into a folder."""
    for name, text in story.files.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")


def install(story: Story, folder: Path) -> None:
    """Installs a story: its files in a folder, as a package that Python finds there."""
    write_files(story, folder)
    ((group, points),) = story.project["entry-points"].items()
    write_entry_points(folder, story.package, group, points)
