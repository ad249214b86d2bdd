"""What was converted or exported, in words."""

from pathlib import Path
from typing import TYPE_CHECKING

from touchline.cli.printing.terminal import say
from touchline.text import counted

if TYPE_CHECKING:
    from touchline.runs import RunExport
    from touchline.spots import Conversion


def show_conversion(done: "Conversion", to: str) -> None:
    """Prints what was read and written; what was assumed, left out or lost on standard error."""
    for sentence in done.sentences:
        say(f"touchline: {sentence}", err=True)
    read = f"{counted(done.events, 'event')} of {counted(done.videos, 'video')} ({done.form})"
    say(f"{read} -> {_places(done.files)} ({to})")


def show_export(done: "RunExport") -> None:
    """Prints what was written; what was left out or lost on standard error."""
    for sentence in done.sentences:
        say(f"touchline: {sentence}", err=True)
    say(f"{counted(done.events, 'event')} in {_places(done.files)}")


def _places(files: list[Path]) -> str:
    if len(files) == 1:
        return str(files[0])
    common = Path(*_common([file.parent.parts for file in files]))
    return f"{counted(len(files), 'file')} below {common}"


def _common(paths: list[tuple[str, ...]]) -> list[str]:
    found = []
    for parts in zip(*paths, strict=False):
        if len(set(parts)) > 1:
            break
        found.append(parts[0])
    return found
