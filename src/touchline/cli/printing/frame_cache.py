"""The frames that are kept, for the terminal."""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from rich.filesize import decimal

from touchline.cli.printing.named_rows import named_rows

if TYPE_CHECKING:
    from touchline.video import CachedStore

_SHOWN_BEFORE = frozenset({"video", "fps", "frames", "jpeg", "jpeg_quality"})


def cache_lines(stores: "Iterable[CachedStore]") -> Iterator[str]:
    """What is kept of which video, how it was made, and when it was last used."""
    rows = []
    for one in stores:
        name = str(one.facts.get("video", "?"))
        used = "now" if one.in_use else f"{one.last_used.astimezone():%Y-%m-%d %H:%M}"
        cells = (_recipe(one), str(one.frames), decimal(one.size_bytes), used)
        rows.append((f"{name} ({one.path.name[:8]})", cells))
    return named_rows("video", ("sampling", "frames", "size", "last used"), rows)


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
