"""`touchline fuse`."""

from pathlib import Path
from typing import Annotated

import typer


def fuse(
    runs: Annotated[list[Path], typer.Argument(metavar="RUN...", help="Folders of runs.")],
    out: Annotated[Path, typer.Option("--out", "-o", help="Folder of the fused run.")],
    method: Annotated[
        str | None,
        typer.Option(help="events (the default), majority, weighted, or stacking (needs labels)."),
    ] = None,
    window: Annotated[
        float | None,
        typer.Option(
            min=0.001, help="Spots of one class closer than this are one event, in seconds."
        ),
    ] = None,
    weight: Annotated[
        list[float] | None,
        typer.Option(help="Weight of a model; repeat it for each model, in their order."),
    ] = None,
    model: Annotated[
        list[str] | None, typer.Option(help="Only this model; may be repeated.")
    ] = None,
    sound: Annotated[
        bool,
        typer.Option("--sound", help="Let stacking also use whistles and crowd noise."),
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON for programs.")] = False,
) -> None:
    """Fuse the models of several runs into one run, scored like any other.

    Example: `touchline fuse runs/qwen runs/gemma -o runs/both --weight 2 --weight 1`
    """
    from touchline.cli.printing.run_result import show_finished
    from touchline.cli.printing.terminal import say
    from touchline.runs import fuse_runs
    from touchline.spots import FuseSettings
    from touchline.validation import parse_options

    settings = parse_options(
        FuseSettings,
        {"method": method, "window": window, "weights": tuple(weight or ()) or None},
    )
    fused = fuse_runs(
        runs, out, settings, model or (), sound, lambda line: say(f"touchline: {line}", err=True)
    )
    show_finished(fused, as_json)
