"""Tables for the terminal."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from rich import box
from rich.filesize import decimal
from rich.table import Table

if TYPE_CHECKING:
    from touchline.video import CachedStore

_SHOWN_BEFORE = frozenset({"video", "fps", "frames", "jpeg", "jpeg_quality"})


def cache_table(stores: "Iterable[CachedStore]") -> Table:
    """What is kept of which video, how it was made, and when it was last used."""
    table = Table("video", "sampling", "frames", "size", "last used", box=box.SIMPLE_HEAD)
    for one in stores:
        name = str(one.facts.get("video", "?"))
        fingerprint = one.path.name[:8]
        used = "now" if one.in_use else f"{one.last_used.astimezone():%Y-%m-%d %H:%M}"
        table.add_row(
            f"{name} ({fingerprint})", _recipe(one), str(one.frames), decimal(one.size_bytes), used
        )
    return table


def _recipe(one: "CachedStore") -> str:
    if not one.facts:
        return "of another version"
    more = [
        f"{name} {value}"
        for name, value in one.facts.items()
        if name not in _SHOWN_BEFORE and value is not None
    ]
    frames = one.facts.get("frames")
    rate = f"{frames} frames a window" if frames else f"{one.facts['fps']:g} fps"
    return ", ".join([rate, *more])
