"""What verbs print with."""

import ast
from io import StringIO
from pathlib import Path

from rich.table import Table
from rich.text import Text

from touchline import cli
from touchline.cli.printing.terminal import make_console, say

HOSTILE = "\x1b[2J\x1b]0;title\x07\x9b31m\u202e[bold red]x[/]\r:smile:\ud800"
OBEYED = ("\x1b", "\x07", "\x9b", "\u202e", "\r", "\ud800", "😄")


def test_a_sentence_is_shown_and_not_obeyed(capsys):
    say(f"touchline: {HOSTILE}", err=True)
    said = capsys.readouterr().err
    assert not [one for one in OBEYED if one in said]
    assert "[bold red]x[/]" in said


def test_tables_show_markup_and_escapes_as_text():
    console = make_console()
    console.file = StringIO()
    table = Table("name", HOSTILE, title=HOSTILE, caption=HOSTILE)
    table.add_row("[link=file:///etc]a[/link]", HOSTILE)
    table.add_row(Text(HOSTILE), "[/]")
    console.print(table, width=300)
    console.print(HOSTILE, width=300)
    said = console.file.getvalue()
    assert not [one for one in OBEYED if one in said]
    assert "[link=file:///etc]a[/link]" in said
    assert said.count("⟨U+001B⟩[2J") == 6


def test_no_verb_prints_in_another_way():
    """Every call of `typer.echo`, `print` or `Console` in the command line is in one module."""
    found = []
    for file in Path(cli.__file__).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.Call):
                called = ast.unparse(node.func)
                if called in ("typer.echo", "typer.secho", "click.echo", "print", "Console"):
                    found.append((file.name, called))
    assert found == [("terminal.py", "typer.echo")]
