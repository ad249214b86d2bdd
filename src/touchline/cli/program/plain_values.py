"""Options that need no conversion but `str` or `Path`, read without pydantic.

Typer converts every value by a pydantic adapter, which takes longer to import and to build than
scoring takes.
"""

import os
import re
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Annotated, Any, get_args, get_origin, get_type_hints

from typer.core import TyperCommand

_CHECKS = ("exists", "writable", "resolve_path", "allow_dash", "path_type")
_OWN_READING = ("parser", "click_type")
_MARK = "reads_plainly"
_KIND_NAMES = {"str": "text", "float": "number", "int": "number", "bool": ""}
_RANGE = "_get_number_range_help_str"
"""How Typer asks for the range of a number."""


class PlainCommand(TyperCommand):
    """A command whose plain values are taken as they are; Typer converts all others.

    What is not given, text, and the path of something readable are plain. Whatever Typer could
    refuse or change goes its way, and so has its message.
    """

    def get_params(self, ctx: Any) -> list[Any]:
        """All options and arguments, that of help too."""
        return plain_params(super().get_params(ctx), self.callback)

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """The help, with one long name for each option: older ones are read and not shown."""
        params = self.get_params(ctx)
        names = [list(param.opts) for param in params]
        for param in params:
            long = [name for name in param.opts if name.startswith("--")]
            param.opts = [name for name in param.opts if name not in long[1:]]
        super().format_help(ctx, formatter)
        for param, all_names in zip(params, names, strict=True):
            param.opts = all_names


def plain_params(params: list[Any], verb: Callable[..., Any] | None) -> list[Any]:
    """The same options and arguments, told to take plain values as they are.

    Args:
        params: of a command.
        verb: its function, whose arguments have Typer's annotations.
    """
    waiting = [param for param in params if not hasattr(param, _MARK)]
    if waiting:
        hints = {} if verb is None else get_type_hints(verb, include_extras=True)
        for param in waiting:
            param.process_value = _reader(param, _plain_kind(param.name, hints))
            param.display_type_rich = partial(_shown_type, param)
            if hasattr(param, _RANGE):
                setattr(param, _RANGE, _no_range)
            setattr(param, _MARK, True)
    return params


def _shown_type(param: Any, ctx: Any) -> str:
    """The kind of a value as help shows it: short, so that there is room for the sentence."""
    shown = type(param).display_type_rich(param, ctx) or ""
    return re.sub(r"<(?:list\[)?(\w+)\]?(?: range)?>", _plain_name, shown)


def _plain_name(found: re.Match[str]) -> str:
    kind = found[1].lower()
    named = _KIND_NAMES.get(kind, kind)
    return f"<{named}>" if named else ""


def _no_range() -> None:
    """A range such as "[x>=0.001]" takes half of a line; a value outside of it is refused."""


def _plain_kind(name: str, hints: Mapping[str, Any]) -> type | None:
    """`str` or `Path` where values are of it, alone or in a list, and nothing else is wanted."""
    hint = hints.get(name)
    if get_origin(hint) is not Annotated:
        return None
    wanted, info = get_args(hint)[:2]
    while parts := [part for part in get_args(wanted) if part is not type(None)]:
        wanted = parts[0]
    if any(getattr(info, name, None) for name in _OWN_READING):
        return None
    if wanted is str:
        return str
    checked = any(getattr(info, name, None) for name in _CHECKS)
    return Path if wanted is Path and not checked and info.file_okay and info.dir_okay else None


def _reader(param: Any, kind: type | None) -> Callable[..., Any]:
    convert = param.process_value

    def read(context: Any, value: Any) -> Any:
        several = param.multiple or param.nargs == -1
        given = value if several and isinstance(value, list | tuple) else [value]
        if value is None and not param.required:
            taken: Any = () if several else None
        elif value is param.default and type(value) in (str, float, int):
            taken = value
        elif kind is not None and given and all(_is_plain(one, kind) for one in given):
            made = [kind(one) for one in given]
            taken = made if several else made[0]
        else:
            return convert(context, value)
        return taken if param.callback is None else param.callback(context, param, taken)

    return read


def _is_plain(value: Any, kind: type) -> bool:
    return isinstance(value, str) and (kind is str or os.access(value, os.R_OK))
