"""Variants of one thing by name: those that come with touchline, and those of installed packages.

A package registers what it adds with entry points. An entry point names a variant as
"module:object" (see `Registry`), or a Python package whose folder contains files such as cards
(see `package_folders`). A package that is broken is named in one sentence, when it is needed, and
one that is missing with the command that installs it.
"""

import json
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache
from importlib.machinery import PathFinder
from pathlib import Path
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from touchline.errors import UserError
from touchline.text import nearest_word

if TYPE_CHECKING:
    # Not imported where no package adds anything: it takes longer than scoring a hundred games.
    from importlib.metadata import EntryPoint

Variant = TypeVar("Variant")


class Registry(Generic[Variant]):
    """Variants by name: the built-in ones in their order, then those of packages by name.

    The name of an entry point is that of its variant. Packages are imported only where one of
    their variants, or every variant, is needed; a built-in variant needs none.

    Args:
        noun: what one variant is called in messages, such as "merge method".
        group: of the entry points.
        kind: the class of the variants.
        built_in: the variants that come with touchline, by name.
    """

    def __init__(
        self, noun: str, group: str, kind: type[Variant], built_in: Mapping[str, Variant]
    ) -> None:
        self.built_in = built_in
        self._noun = noun
        self._group = group
        self._kind = kind

    def names(self) -> tuple[str, ...]:
        """All names, without importing a package."""
        added = (point.name for point in package_entries(self._group))
        return tuple(dict.fromkeys([*self.built_in, *added]))

    def all(self) -> tuple[Variant, ...]:
        """All variants.

        Raises:
            UserError: a package's variant cannot be loaded, or has the name of a built-in one.
        """
        return (*self.built_in.values(), *self.third_party())

    def third_party(self) -> tuple[Variant, ...]:
        """The variants that packages add.

        Raises:
            UserError: as `all`.
        """
        return tuple(map(self._load, package_entries(self._group)))

    def get(self, name: str) -> Variant:
        """The variant of a name.

        Raises:
            UserError: the name is not known, or a package's variant cannot be loaded.
        """
        if name in self.built_in:
            return self.built_in[name]
        for point in package_entries(self._group):
            if point.name == name:
                return self._load(point)
        names = self.names()
        raise UserError(
            f"{self._noun} '{name}' is not known{nearest_word(name, names)}; choose one of "
            f"{', '.join(names)}."
        )

    def _load(self, point: "EntryPoint") -> Variant:
        where = f"{self._noun} '{point.name}' of the package '{package_name(point)}'"
        if point.name in self.built_in:
            raise UserError(
                f"{where} has the name of a built-in one; rename it or uninstall the package."
            )
        variant = load_entry(self._noun, point)
        if not isinstance(variant, self._kind):
            raise UserError(
                f"{where} is of the class {type(variant).__name__}, not {self._kind.__name__}; "
                "update or uninstall the package."
            )
        named = getattr(variant, "name", point.name)
        if named != point.name:
            raise UserError(
                f"{where} is named '{named}' in its own code, and the two must be equal; update or "
                "uninstall the package."
            )
        return variant


def package_entries(group: str) -> tuple["EntryPoint", ...]:
    """The entry points of a group, by name."""
    return _entries(group, tuple(sys.path))


@cache
def _entries(group: str, path: tuple[str, ...]) -> tuple["EntryPoint", ...]:
    # Cached because it reads the folder of every installed package; the path says where they are.
    if not _may_have(group, path):
        return ()
    from importlib import metadata

    found = metadata.entry_points(group=group)
    return tuple(sorted(found, key=lambda point: point.name))


def _may_have(group: str, path: tuple[str, ...]) -> bool:
    """Whether an installed package may have entry points of a group.

    False only where `importlib.metadata` would find none: everything that it reads is read here
    too, and where it would look in other ways (zip files, eggs, finders of other packages) the
    answer is True.
    """
    return any(
        finder is not PathFinder and hasattr(finder, "find_distributions")
        for finder in sys.meta_path
    ) or any(_folder_may_have(group, Path(folder)) for folder in path)


def _folder_may_have(group: str, folder: Path) -> bool:
    try:
        inside = list(folder.iterdir())
    except NotADirectoryError:
        return True
    except OSError:
        return False
    for installed in inside:
        if installed.suffix == ".egg":
            return True
        if installed.suffix in (".dist-info", ".egg-info"):
            try:
                text = (installed / "entry_points.txt").read_bytes()
            except (FileNotFoundError, NotADirectoryError):
                continue
            except OSError:
                return True
            if group.encode() in text:
                return True
    return False


def package_name(point: "EntryPoint") -> str:
    """The installed package that has an entry point."""
    return point.dist.name if point.dist else point.module


def load_entry(noun: str, point: "EntryPoint") -> Any:
    """The object of an entry point.

    Args:
        noun: what the object is called in messages.
        point: the entry point.

    Raises:
        UserError: it cannot be imported.
    """
    try:
        return point.load()
    except Exception as error:  # a package's code may raise anything
        raise _broken(f"{noun} '{point.name}'", point, error) from error


def package_folders(nouns: str, group: str) -> Iterator[tuple[str, Path]]:
    """Each package with files in a group, and the folder of its files.

    Args:
        nouns: what the files are called in messages, such as "cards".
        group: of the entry points, whose values are Python packages.

    Raises:
        UserError: such a Python package cannot be imported.
    """
    from importlib import resources

    for point in package_entries(group):
        try:
            folder = Path(str(resources.files(point.module)))
        except Exception as error:  # a package's code may raise anything
            raise _broken(f"{nouns} in '{point.module}'", point, error) from error
        yield package_name(point), folder


def add_package_files(
    noun: str,
    group: str,
    built_in: Mapping[str, Variant],
    read: Callable[[Path], Iterable[tuple[str, Variant]]],
) -> dict[str, Variant]:
    """Built-in variants by name, and after them those that packages have as files.

    Args:
        noun: what one variant is called in messages, such as "task".
        group: of the entry points.
        built_in: the variants that come with touchline, by name.
        read: names and variants in a folder.

    Raises:
        UserError: a package cannot be imported, or has a name that is already taken.
    """
    found = dict(built_in)
    for package, folder in package_folders(f"{noun}s", group):
        for name, variant in read(folder):
            if name in found:
                raise UserError(
                    f"{noun} '{name}' of the package '{package}' has the name of another one; "
                    "rename it or uninstall the package."
                )
            found[name] = variant
    return found


def _broken(what: str, point: "EntryPoint", error: Exception) -> UserError:
    return UserError(
        f"{what} of the package '{package_name(point)}' cannot be loaded "
        f"({type(error).__name__}: {error}); update or uninstall the package."
    )


def install_command(extra: str) -> str:
    """The command that adds an extra to this installation.

    Where touchline was installed from a clone with `pip install -e` (as `make` does), that clone is
    named: the package of the same name elsewhere would be another version.

    Args:
        extra: such as "audio".

    Returns:
        Such as "pip install 'touchline[audio]'" or "pip install -e '/home/me/touchline[audio]'".
    """
    return pip_install(f"touchline[{extra}]")


def pip_install(package: str) -> str:
    """The command that installs a package, which may be an extra of touchline.

    Args:
        package: such as "touchline[audio]" or "mylab[cuda]".
    """
    name, bracket, extras = package.partition("[")
    clone = _clone() if name == "touchline" else None
    return (
        f"pip install '{package}'"
        if clone is None
        else f"pip install -e '{clone}{bracket}{extras}'"
    )


@cache
def _clone() -> str | None:
    """The folder of an editable installation, or None (PEP 610, "direct_url.json")."""
    from importlib import metadata
    from urllib.parse import unquote, urlsplit

    try:
        text = metadata.distribution("touchline").read_text("direct_url.json")
        found = json.loads(text or "{}")
    except (metadata.PackageNotFoundError, ValueError):
        return None
    address = urlsplit(str(found.get("url", "")))
    is_editable = bool(found.get("dir_info", {}).get("editable"))
    return unquote(address.path) if is_editable and address.scheme == "file" else None
