"""Registries: named variants of one thing, built in or from third-party packages."""

from collections.abc import Iterable
from functools import cached_property
from importlib.metadata import EntryPoint, entry_points
from typing import Generic, Protocol, TypeVar

from touchline.errors import UserError
from touchline.text import nearest_word


class Named(Protocol):
    """Anything that a registry can hold."""

    @property
    def name(self) -> str:
        """What it is called in settings, options and files."""


Variant = TypeVar("Variant", bound=Named)


class Registry(Generic[Variant]):
    """Variants by name: the built-in ones in their order, then those of packages by name.

    A package registers a variant as an entry point whose name is the variant's and whose value
    is "module:object".

    Args:
        noun: what one variant is called in messages, such as "merge method".
        group: the entry points' group.
        kind: the class of the variants.
        built_in: the variants that come with touchline.
    """

    def __init__(
        self, noun: str, group: str, kind: type[Variant], built_in: Iterable[Variant]
    ) -> None:
        self._noun = noun
        self._group = group
        self._kind = kind
        self._built_in = {variant.name: variant for variant in built_in}

    def names(self) -> tuple[str, ...]:
        """All names."""
        return tuple(self._variants)

    def all(self) -> tuple[Variant, ...]:
        """All variants."""
        return tuple(self._variants.values())

    def third_party(self) -> tuple[Variant, ...]:
        """The variants that packages add."""
        return tuple(one for name, one in self._variants.items() if name not in self._built_in)

    def get(self, name: str) -> Variant:
        """The variant of a name.

        Raises:
            UserError: the name is not known, or a package's variant cannot be loaded.
        """
        if name not in self._variants:
            raise UserError(
                f"{self._noun} '{name}' is not known{nearest_word(name, self._variants)}; "
                f"choose one of {', '.join(self._variants)}."
            )
        return self._variants[name]

    @cached_property
    def _variants(self) -> dict[str, Variant]:
        points = sorted(entry_points(group=self._group), key=lambda point: point.name)
        return self._built_in | {point.name: self._load(point) for point in points}

    def _load(self, point: EntryPoint) -> Variant:
        package = point.dist.name if point.dist else point.module
        where = f"{self._noun} '{point.name}' of the package '{package}'"
        if point.name in self._built_in:
            raise UserError(
                f"{where} has the name of a built-in one; rename it or uninstall the package."
            )
        try:
            variant = point.load()
        except (ImportError, AttributeError) as error:
            raise UserError(
                f"{where} cannot be loaded ({error}); update or uninstall the package."
            ) from error
        if not isinstance(variant, self._kind) or variant.name != point.name:
            raise UserError(
                f"{where} is not a {self._kind.__name__} named '{point.name}'; update or uninstall "
                "the package."
            )
        return variant
