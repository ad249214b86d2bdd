"""Options that need no conversion but `str` or `Path`, read without pydantic.

Typer converts every value by a pydantic adapter, which takes longer to import and to build than
scoring takes.
"""

import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Annotated, Any, get_args, get_origin, get_type_hints

from typer.core import TyperCommand

_CHECKS = ("exists", "writable", "resolve_path", "allow_dash", "path_type")
_OWN_READING = ("parser", "click_type")
_MARK = "reads_plainly"


class PlainCommand(TyperCommand):
    """A command whose plain values are taken as they are; Typer converts all others.

    What is not given, text, and the path of something readable are plain. Whatever Typer could
    refuse or change goes its way, and so has its message.
    """

    def get_params(self, ctx: Any) -> list[Any]:
        """All options and arguments, that of help too."""
        return plain_params(super().get_params(ctx), self.callback)


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
            setattr(param, _MARK, True)
    return params


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
