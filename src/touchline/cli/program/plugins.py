"""Verbs of other packages: entry points of the group `touchline.verbs`, each a function or an app.

A package is imported when its verb is called, not for `--help`; one that cannot be imported ends
its own verb alone.
"""

from typing import TYPE_CHECKING, Any

from typer.core import TyperCommand, TyperGroup

from touchline.cli.program.plain_values import plain_params
from touchline.cli.program.verbs import as_command
from touchline.errors import UserError

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

ENTRY_POINTS = "touchline.verbs"
"""Group of entry points: the name is the verb's, the object a function with Typer's annotations
or a `typer.Typer`."""


class PluginGroup(TyperGroup):
    """The verbs of touchline, and after them those of other packages; ours win."""

    def get_params(self, ctx: Any) -> list[Any]:
        """The options of the command itself."""
        return plain_params(super().get_params(ctx), None)

    def list_commands(self, ctx: Any) -> list[str]:
        """Names of all verbs."""
        return list(dict.fromkeys([*super().list_commands(ctx), *sorted(_plugins())]))

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """The verb of a name; packages are only looked through for one that is not ours."""
        own = super().get_command(ctx, cmd_name)
        if own is not None:
            return own
        point = _plugins().get(cmd_name)
        return None if point is None else _PluginCommand(point)


class _PluginCommand(TyperCommand):
    """Stands for a verb until it is called."""

    def __init__(self, point: "EntryPoint") -> None:
        from touchline.registry import package_name

        super().__init__(point.name, help=f"From the package {package_name(point)}.")
        self._point = point

    def make_context(self, info_name: Any, args: Any, parent: Any = None, **extra: Any) -> Any:
        """The context of the real verb, which the caller then invokes."""
        return self._load().make_context(info_name, args, parent=parent, **extra)

    def _load(self) -> Any:
        from touchline.registry import load_entry, package_name

        verb = load_entry("verb", self._point)
        try:
            return as_command(self._point.name, verb)
        except Exception as error:  # Typer raises several kinds for a signature it cannot read
            raise UserError(
                f"verb '{self._point.name}' of the package '{package_name(self._point)}' is not a "
                f"function with Typer's annotations ({error}); update or uninstall the package."
            ) from error


def _plugins() -> dict[str, "EntryPoint"]:
    # Looking through installed packages takes longer than starting most verbs.
    from touchline.registry import package_entries

    return {point.name: point for point in package_entries(ENTRY_POINTS)}
