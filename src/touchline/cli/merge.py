"""`touchline merge`."""

from pathlib import Path
from typing import Annotated

import typer

from touchline.cli.printing.terminal import say


def merge(
    folder: Annotated[Path, typer.Argument(metavar="RUN", help="Folder of a run.")],
    changes: Annotated[
        list[str] | None,
        typer.Option("--set", help="A setting, such as merging.method=soft-nms; may be repeated."),
    ] = None,
    settings: Annotated[
        Path | None,
        typer.Option(help="YAML file with a section 'merging:', as `touchline tune` writes it."),
    ] = None,
    undo: Annotated[
        bool, typer.Option("--undo", help="Go back to the settings from before the last merge.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON for programs.")] = False,
) -> None:
    """Merge a run's replies again with other settings, without asking any model.

    Spots, scores and report are written again. Settings of an earlier merge stay unless they are
    set again.

    Example: `touchline merge runs/demo --set merging.method=soft-nms --set merging.window=6`
    """
    from touchline.cli.printing.run_result import show_finished
    from touchline.runs import merge_again

    merged = merge_again(folder, settings, changes or [], undo)
    if merged.kept:
        say(f"touchline: set before and still in force: {', '.join(merged.kept)}.", err=True)
    for model, (before, after) in merged.changed.items():
        pairs = zip(("loose", "tight"), before, after, strict=True)
        shown = ", ".join(f"{name} {_percent(old)} -> {_percent(new)}" for name, old, new in pairs)
        say(f"touchline: {model}: {shown}", err=True)
    if not merged.changed:
        say("touchline: no score has changed.", err=True)
    show_finished(merged.finished, as_json)
    if not undo:
        say(f"touchline: go back with: touchline merge {folder} --undo", err=True)


def _percent(share: float | None) -> str:
    return "-" if share is None else f"{100 * share:.2f}"
