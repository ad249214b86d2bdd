"""Every message of touchline as a list: its errors, and the help of its command line.

    python tools/messages.py

Read it aloud: each should be plain English, one sentence for an error. `tests/cli/test_messages.py`
checks the rules that a program can check.
"""

import ast
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import click
import typer

import touchline
from touchline.cli.main import app

ERRORS = ("UserError", "ComeBackLater")
SOURCE = Path(touchline.__file__).parent


@dataclass(frozen=True)
class Message:
    """One message.

    Attributes:
        where: the file and line, or the command and option.
        kind: "error" or "help".
        text: with {...} where a value is filled in.
    """

    where: str
    kind: str
    text: str


def error_messages(folder: Path = SOURCE) -> Iterator[Message]:
    """The sentences that errors are raised with, where they are written as literals."""
    for file in sorted(folder.rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call) or not node.args:
                continue
            if isinstance(node.func, ast.Name) and node.func.id in ERRORS:
                text = _text(node.args[0])
                if text.replace("{…}", "").strip():
                    yield Message(f"{file.relative_to(folder)}:{node.lineno}", "error", text)


def help_messages(command: click.Command | None = None, name: str = "") -> Iterator[Message]:
    """The help of every command, argument and option; hidden commands included."""
    command = command or typer.main.get_command(app)
    name = f"{name} {command.name}".strip()
    if command.help:
        yield Message(name, "help", " ".join(re.split(r"Examples?:", command.help)[0].split()))
    for parameter in command.params:
        about = getattr(parameter, "help", None)
        if about and parameter.name != "help":
            yield Message(f"{name}: {parameter.name}", "help", " ".join(about.split()))
    for one in getattr(command, "commands", {}).values():
        yield from help_messages(one, name)


def _text(node: ast.expr) -> str:
    """The text of an expression, with {…} for what is only known when it runs."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        return "".join(_text(part) for part in node.values)
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        return _text(node.left) + _text(node.right)
    return "{…}"


def main() -> None:
    """Prints all messages, one a line."""
    for message in (*error_messages(), *help_messages()):
        sys.stdout.write(f"{message.where}\n    {message.text}\n")


if __name__ == "__main__":
    main()
