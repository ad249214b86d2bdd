"""`touchline export`."""

from pathlib import Path
from typing import Annotated

import typer

from touchline.cli.printing.terminal import say
from touchline.errors import UserError

_Least = Annotated[
    float,
    typer.Option("--min-confidence", "--least", min=0, max=1, help="Lowest confidence of a spot."),
]


def export(
    run: Annotated[Path, typer.Argument(metavar="RUN", help="Folder of a finished run.")],
    to: Annotated[
        str | None, typer.Option("--to", help="Format to write; see docs/formats.md.")
    ] = None,
    clips: Annotated[
        bool, typer.Option("--clips", help="Cut a clip of each event out of the videos instead.")
    ] = False,
    out: Annotated[
        Path | None,
        typer.Option("--out", "-o", help="File or folder; RUN/exports/MODEL/FORMAT by default."),
    ] = None,
    model: Annotated[
        str | None,
        typer.Option(help="Model whose spots are written; needed if the run has several."),
    ] = None,
    labels: Annotated[
        bool, typer.Option("--labels", help="Write the labels instead, as corrected in the viewer.")
    ] = False,
    least: _Least = 0,
    lead: Annotated[
        float | None, typer.Option(help="Seconds that a segment or clip begins before its event.")
    ] = None,
    lag: Annotated[
        float | None, typer.Option(help="Seconds that a segment or clip ends after its event.")
    ] = None,
    fps: Annotated[
        float | None, typer.Option(help="Frames per second, if the format counts frames.")
    ] = None,
) -> None:
    """Write the spots or labels of a run in the format of another program, or as clips.

    Example: `touchline export runs/first --to sportscode --model demo --min-confidence 0.5`
    """
    from touchline.cli.printing.conversion import show_export
    from touchline.cli.printing.progress import RunProgress
    from touchline.runs import PlanFile, RunFolder, export_clips, export_run, run_events
    from touchline.spots import FormatSettings
    from touchline.validation import parse_options

    if clips == (to is not None):
        raise UserError("choose what to export: a format with --to, or --clips.")
    plan = PlanFile.read(run)
    given = {"lead": lead, "lag": lag, "fps": fps, "label_file": plan.task.label_file}
    settings = parse_options(FormatSettings, given)
    found = run_events(run, model, labels, least)
    what = "labels" if labels else model or plan.only_model()
    place = out or RunFolder(run).exports(what, to or "clips")
    if to is None:
        with RunProgress("clips") as progress:
            done = export_clips(found.videos, place, settings, progress.named(what))
    else:
        done = export_run(found.videos, to, place, settings)
    for sentence in found.sentences:
        say(f"touchline: {sentence}", err=True)
    show_export(done)
    if not done.events:
        say("touchline: there were no events to export.", err=True)
