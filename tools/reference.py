"""Writes the reference of the command line and of YAML files from the code that reads them.

Usage: python tools/reference.py          writes docs/reference/
       python tools/reference.py --check  says with exit code 1 which pages are out of date
"""

import inspect
import re
import sys
import types
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal, Union, get_args, get_origin

import typer
from pydantic import BaseModel
from pydantic_core import PydanticUndefined

from touchline.cli.main import app
from touchline.models import ENGINES, Generation, Price
from touchline.models.card_types.base import Card
from touchline.models.catalogue.retirement import Retirement
from touchline.runs import Bench
from touchline.validation import Settings

FOLDER = Path(__file__).parents[1] / "docs/reference"

_NOTE = (
    "This page is made by `python tools/reference.py` from the code; a test says when it is out of "
    "date."
)

_SECTION = re.compile(r"^(Args|Attributes|Returns|Raises|Example|Examples):.*", re.MULTILINE)


def command_line() -> str:
    """The page of the command line."""
    root = typer.main.get_command(app)
    verbs = [*_commands(root, "touchline")]
    lines = [
        "# The command line",
        "",
        _NOTE,
        "",
        "`touchline VERB --help` prints the same. Exit codes: 0 done, 2 a mistake that you can fix,"
        " 75 come back later (the same command resumes), 1 a bug.",
        "",
    ]
    for name, command in verbs:
        lines += [*_command(name, command), ""]
    return "\n".join(lines)


def _commands(command: Any, name: str) -> Iterator[tuple[str, Any]]:
    children = getattr(command, "commands", None)
    if children is None:
        yield name, command
        return
    if name != "touchline" and getattr(command, "invoke_without_command", False):
        yield name, command
    for child, one in children.items():
        if not one.hidden and not _is_hidden(child):
            yield from _commands(one, f"{name} {child}")


def _is_hidden(verb: str) -> bool:
    from touchline.cli.main import _HIDDEN

    return verb in _HIDDEN


def _command(name: str, command: Any) -> list[str]:
    about = inspect.cleandoc(command.help or "")
    text, _, example = (
        re.split(r"\n*(Examples?: )", about, maxsplit=1) if "Example" in about else (about, "", "")
    )
    # Typer has a copy of click of its own, so classes are told by what they call themselves.
    arguments = [one for one in command.params if one.param_type_name == "argument"]
    options = [one for one in command.params if one.param_type_name == "option" and not one.hidden]
    usage = " ".join(
        [name, *(_metavar(one) for one in arguments), *(["[OPTIONS]"] if options else [])]
    )
    lines = [f"## {name}", "", text.strip(), "", "```text", usage, "```"]
    if example:
        lines += ["", f"For example: {example.strip().rstrip('.')}."]
    rows = [(f"`{_metavar(one)}`", getattr(one, "help", None) or "", "") for one in arguments] + [
        (_names(one), one.help or "", _default(one)) for one in options if one.name != "help"
    ]
    if rows:
        lines += ["", "| argument or option | what it does | default |", "|---|---|---|"]
        lines += [f"| {what} | {_cell(about)} | {default} |" for what, about, default in rows]
    return lines


def _metavar(one: Any) -> str:
    name = (one.metavar or one.name or "").upper().strip("[]").rstrip(".")
    name = f"{name}..." if one.nargs == -1 else name
    return name if one.required else f"[{name}]"


def _names(one: Any) -> str:
    return ", ".join(f"`{name}`" for name in [*one.opts, *one.secondary_opts])


def _default(one: Any) -> str:
    value = one.default
    if callable(value) or value in (None, False, (), []) or "UNSET" in repr(value):
        return ""
    return f"`{getattr(value, 'value', value)}`"


def yaml_files() -> str:
    """The page of YAML files: the benchmark, and the cards of every engine."""
    lines = [
        "# YAML files",
        "",
        _NOTE,
        "",
        "A benchmark has the sections below; a model in it is the name of a card, or a card. An "
        "unknown setting is an error with its line and the nearest known name.",
        "",
    ]
    seen: set[type[BaseModel]] = set()
    todo: list[tuple[str, type[BaseModel]]] = [("The benchmark", Bench)]
    while todo:
        title, model = todo.pop(0)
        if model in seen:
            continue
        seen.add(model)
        lines += [f"## {title}", "", *_model(model, ()), ""]
        todo += [
            (
                f"`{name}`" if model is Bench else f"`{name}` in {title.replace('The ', 'the ')}",
                inner,
            )
            for name, field in model.model_fields.items()
            for inner in _settings_in(field.annotation)
            if inner not in (Card,)
        ]
    lines += ["## Fields of every card", "", *_model(Card, ()), ""]
    for title, part in (("generation", Generation), ("price", Price), ("retires", Retirement)):
        lines += [f"## `{title}` of a card", "", *_model(part, ()), ""]
    types_of_cards: dict[type[Card], list[str]] = {}
    for name in ENGINES.built_in:
        types_of_cards.setdefault(ENGINES.get(name).card_type(), []).append(name)
    for card, engines in types_of_cards.items():
        named = ", ".join(f"`{one}`" for one in engines)
        inherited = set(Card.model_fields) - {"engine"}
        lines += [f"## Cards with engine {named}", "", *_model(card, tuple(inherited)), ""]
    return "\n".join(lines)


def _model(model: type[BaseModel], left_out: tuple[str, ...]) -> list[str]:
    about = _SECTION.split(inspect.getdoc(model) or "")[0].strip()
    described = _attributes(model)
    rows = [
        (name, _type(field.annotation), _value(field), described.get(name, "") or _see(field))
        for name, field in model.model_fields.items()
        if name not in left_out
    ]
    table = [
        f"| `{name}` | {kind} | {default} | {_cell(what)} |" for name, kind, default, what in rows
    ]
    return [about, "", "| setting | type | default | meaning |", "|---|---|---|---|", *table]


def _see(field: Any) -> str:
    return "see its own table below" if any(_settings_in(field.annotation)) else ""


def _attributes(model: type[BaseModel]) -> dict[str, str]:
    """What the docstrings of a class and its bases say of each field."""
    found: dict[str, str] = {}
    for base in reversed(model.__mro__):
        if not issubclass(base, BaseModel) or base is BaseModel:
            continue
        text = inspect.cleandoc(base.__dict__.get("__doc__") or "")
        _, _, listed = text.partition("Attributes:\n")
        for entry in re.split(r"\n(?=    \w+: )", f"\n{listed}"):
            name, _, what = entry.strip().partition(": ")
            if name in model.model_fields:
                found[name] = " ".join(what.split("\n\n")[0].split())
    return found


def _settings_in(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, Settings):
        yield annotation
    for one in get_args(annotation):
        yield from _settings_in(one)


def _type(annotation: Any) -> str:  # noqa: PLR0911  (one kind of type a line)
    """A type in words."""
    origin, inside = get_origin(annotation), get_args(annotation)
    if annotation is None or annotation is type(None):
        return "null"
    if origin is Literal:
        return " or ".join(f"`{one}`" for one in inside)
    if origin in (Union, types.UnionType):
        return " or ".join(dict.fromkeys(_type(one) for one in inside))
    if origin in (list, tuple):
        return f"list of {_type(inside[0])}" if inside else "list"
    if origin is dict or annotation is dict:
        return "mapping"
    if origin is not None and inside:  # Annotated
        return _type(inside[0])
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return "section"
    words = {"str": "text", "int": "whole number", "float": "number", "bool": "true or false"}
    return words.get(getattr(annotation, "__name__", ""), "value")


def _value(field: Any) -> str:
    if field.is_required():
        return "required"
    value = field.default
    if value is PydanticUndefined or isinstance(value, BaseModel | dict) or value in (None, ()):
        return ""
    if isinstance(value, tuple):
        return (
            f"`[{', '.join(map(str, value))}]`"
            if all(isinstance(one, str | int | float) for one in value)
            else ""
        )
    if isinstance(value, bool):
        return f"`{str(value).lower()}`"
    return f"`{value}`" if isinstance(value, str | int | float) else ""


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|").replace("<", "&lt;")


PAGES = {"command-line.md": command_line, "yaml-files.md": yaml_files}


def main() -> None:
    """Writes the pages, or compares them."""
    old = []
    for name, write in PAGES.items():
        file, text = FOLDER / name, write().rstrip() + "\n"
        if "--check" not in sys.argv:
            FOLDER.mkdir(exist_ok=True)
            file.write_text(text, encoding="utf-8")
        elif not file.is_file() or file.read_text(encoding="utf-8") != text:
            old.append(name)
    if old:
        sys.exit(f"docs/reference: {', '.join(old)} out of date: run python tools/reference.py")


if __name__ == "__main__":
    main()
