"""Stories of a page: files under their names, and commands with what they print."""

import re
import tomllib
from dataclasses import dataclass, field

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

    def code_lines(self):
        """How many lines of code it takes, empty ones aside."""
        code = [text for name, text in self.files.items() if not name.endswith(_NOT_CODE)]
        return sum(bool(line.strip()) for text in code for line in text.splitlines())


def read_stories(page):
    """The sections of a page that hold files."""
    parts = re.split(r"^## ", page, flags=re.MULTILINE)[1:]
    found = [_story(part) for part in parts]
    return [story for story in found if story.files]


def _story(part):
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


def install(story: Story, folder):
    """Installs a story: its files in a folder, as a package that Python finds there."""
    for name, text in story.files.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    project = tomllib.loads(story.files["pyproject.toml"])["project"]
    name, version = project["name"], project["version"]
    info = folder / f"{name.replace('-', '_')}-{version}.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n")
    lines = []
    for group, points in project["entry-points"].items():
        lines += [f"[{group}]", *(f"{key} = {value}" for key, value in points.items())]
    (info / "entry_points.txt").write_text("\n".join(lines) + "\n")
