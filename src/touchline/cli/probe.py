"""`touchline probe`."""

from pathlib import Path
from typing import Annotated

import typer

from touchline.cli.printing.terminal import make_console, say
from touchline.cli.program.consent import Yes, ask_consent


def probe_model(
    model: Annotated[str, typer.Argument(help="A model, an alias, or the path of a card.")],
    bench: Annotated[
        Path | None,
        typer.Option(help="Take the model of this name from a benchmark, with its settings there."),
    ] = None,
    frames: Annotated[
        int | None, typer.Option(help="Frames of a clip; by default as many as a window has.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON for programs.")] = False,
    yes: Yes = False,
) -> None:
    """Find out in a minute whether a model sees all frames, in order and at their times.

    It is asked about rendered clips in which every frame shows a number of its own. The tokens
    that the endpoint counts are compared with those of the card. The result stands in all later
    runs of the model.

    Example: `touchline probe qwen2.5-vl-7b --bench bench.yaml`
    """
    from rich import box
    from rich.table import Table

    from touchline.cli.printing.progress import RunProgress
    from touchline.runs import keep_probe, probe, probed_card, read_bench

    card = probed_card(model, read_bench(bench) if bench else None)
    ask_consent([card], yes)
    with RunProgress("questions") as progress:
        found = probe(card, frames, progress.named(card.name))
    path = keep_probe(found)
    if as_json:
        say(found.model_dump_json(indent=1))
        return
    table = Table("point", "verdict", "why", box=box.SIMPLE_HEAD)
    for name, point in found.points.items():
        table.add_row(name, point.says, point.why)
    console = make_console()
    console.print(table)
    for fault in found.faults:
        say(f"{card.name}: {fault}.")
    if not found.faults:
        say(f"{card.name}: no fault was shown.")
    say(f"{found.answered} of {found.asked} questions answered; kept in {path}")
