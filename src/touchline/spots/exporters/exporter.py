"""What an exporter is."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from touchline.spots.types import Spot


@dataclass(frozen=True, slots=True, kw_only=True)
class Exporter:
    """A file format that spots can be written in.

    Attributes:
        suffix: of its files, such as ".csv".
        description: one line.
        write: turns spots in time order into the content of a file.
    """

    suffix: str
    description: str
    write: Callable[[Sequence[Spot]], str | bytes]

    @property
    def name(self) -> str:
        """The suffix without its dot, under which packages register it."""
        return self.suffix.removeprefix(".")
