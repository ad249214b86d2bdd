"""`touchline merge`."""

from pathlib import Path
from typing import Annotated

import typer


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
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON for programs.")] = False,
) -> None:
    """Merge a run's replies again with other settings, without asking any model.

    Spots, scores and report are written again.

    Example: `touchline merge runs/demo --set merging.method=soft-nms --set merging.window=6`
    """
    from touchline.cli.printing.run_result import show_finished
    from touchline.runs import finish, with_merging

    bench = with_merging(folder, settings, changes or [])
    show_finished(finish(folder, bench.merging, bench.scoring), as_json)
