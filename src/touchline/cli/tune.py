"""`touchline tune`."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from touchline.cli.printing.terminal import say

if TYPE_CHECKING:
    from touchline.runs import Tuned
    from touchline.spots import MergeSettings


def tune(
    folder: Annotated[Path, typer.Argument(metavar="RUN", help="Folder of a run with labels.")],
    on: Annotated[
        str | None,
        typer.Option(
            help="Only games of this split (train, valid, test) or file with one game per line."
        ),
    ] = None,
    model: Annotated[
        str | None, typer.Option(help="Name of the model, if the run has several.")
    ] = None,
    out: Annotated[
        Path | None, typer.Option(help="Settings file to write; RUN/tuned.yaml by default.")
    ] = None,
    decoder: Annotated[
        Path | None, typer.Option(help="File of decoders to write; RUN/decoders.json by default.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON for programs.")] = False,
) -> None:
    """Search for the best merging settings of a model, tested on games not used in the search.

    Example: `touchline tune runs/first --on valid` and then
    `touchline merge runs/first --settings runs/first/tuned.yaml`
    """
    from touchline.runs import (
        PlanFile,
        RunFolder,
        labelled_readings,
        tune as search,
        write_tuned,
    )
    from touchline.spots import MergeSettings

    found = search(
        labelled_readings(folder, model, on),
        PlanFile.read(folder).task,
        MergeSettings(),
        lambda line: say(line, err=True),
    )
    settings_file = out or RunFolder(folder).tuned
    decoders_file = decoder or RunFolder(folder).decoders
    fitted_on = model or PlanFile.read(folder).only_model()
    settings = write_tuned(settings_file, found, decoders_file, fitted_on)
    _show(found, folder, settings, settings_file, as_json)


def _show(
    found: "Tuned", folder: Path, settings: "MergeSettings", settings_file: Path, as_json: bool
) -> None:
    """Prints what a search found, and whether it is worth using."""
    import json
    from dataclasses import asdict

    from touchline.runs import figures, gain_sentence

    if as_json:
        shown = {name: asdict(figure) for name, figure in figures(found)}
        values = {
            "figures": shown,
            "held_out_gain": asdict(found.gain),
            "gains": found.is_better,
            "merging": settings.model_dump(),
            "settings": str(settings_file),
        }
        say(json.dumps(values, indent=1))
        return
    for name, figure in figures(found):
        say(f"{100 * figure.loose:6.2f} loose {100 * figure.tight:6.2f} tight  {name}")
    say(f"settings: {settings_file} (method {settings.method})")
    say(gain_sentence(found) + ("." if found.is_better else "; keep the default."))
    if found.is_better:
        say(f"use them with: touchline merge {folder} --settings {settings_file}")
