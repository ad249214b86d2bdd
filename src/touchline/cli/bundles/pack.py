"""`touchline pack`."""

from pathlib import Path
from typing import Annotated

import typer

from touchline.cli.printing.terminal import say
from touchline.errors import UserError


def pack_run(
    run: Annotated[Path, typer.Argument(metavar="RUN", help="Folder of a finished run.")],
    out: Annotated[
        Path | None, typer.Option("--out", "-o", help="The bundle; RUN.touchline.zip by default.")
    ] = None,
    no_labels: Annotated[
        bool,
        typer.Option(
            "--no-labels", help="Leave the labels out; `touchline verify` then needs --labels."
        ),
    ] = False,
    licence: Annotated[
        str, typer.Option(help="A sentence on the licence of the bundle, for its notes.")
    ] = "",
    every_eval_ever: Annotated[
        Path | None,
        typer.Option(help="Also write the scores for Every Eval Ever, below a folder."),
    ] = None,
    organization: Annotated[
        str, typer.Option(help="Who made the run, for --every-eval-ever.")
    ] = "unknown",
    eval_results: Annotated[
        Path | None,
        typer.Option(help="Also write .eval_results files for Hugging Face, below a folder."),
    ] = None,
    dataset: Annotated[
        str | None,
        typer.Option(help="The benchmark's repository on the hub, for --eval-results."),
    ] = None,
    source: Annotated[
        str | None, typer.Option(help="https address of the run, for --eval-results.")
    ] = None,
) -> None:
    """Pack a run's replies and scores into one file that anybody can check, without any frame.

    Example: `touchline pack runs/demo --every-eval-ever eee --organization "Our lab"`
    """
    from touchline.runs import pack, write_eval_results, write_every_eval_ever

    if eval_results is not None and dataset is None:
        raise UserError("--eval-results needs --dataset, such as SoccerNet/SN-BAS-2025.")
    bundle = pack(run, out, labels=not no_labels, licence=licence)
    say(f"{bundle}, {bundle.stat().st_size:,} bytes; check it with `touchline verify {bundle}`")
    if every_eval_ever is not None:
        for file in write_every_eval_ever(run, every_eval_ever, organization):
            say(str(file))
    if eval_results is not None and dataset is not None:
        for file in write_eval_results(run, eval_results, dataset, source):
            say(str(file))
