"""`touchline worker`."""

from pathlib import Path
from typing import Annotated

import typer


def worker(
    folder: Annotated[Path, typer.Argument(help="Folder of a planned run.")],
    model: Annotated[str, typer.Option(help="Name of the model to ask.")],
    shard: Annotated[str, typer.Option(help="Which part of its windows, such as 0/4.")] = "0/1",
    until: Annotated[
        float | None, typer.Option(help="Unix time from which on nothing new is asked.")
    ] = None,
) -> None:
    """Ask one part of a run's windows, as the jobs of a cluster do.

    Only windows without a reply are asked; nothing is merged or scored. Ends with 75 if windows
    are left.

    Example: `touchline worker runs/first --model demo --shard 0/4`
    """
    import signal

    from touchline.cli.progress import RunProgress
    from touchline.errors import ComeBackLater
    from touchline.runs import SIGNALS, Shard, Stop, stop_on_signals, work

    part, stop = Shard.parse(shard), Stop(until)
    with RunProgress() as progress, stop_on_signals((*SIGNALS, signal.SIGUSR2), stop):
        worked = work(
            folder, model, part, stop, lambda done, total: progress(f"{model} {shard}", done, total)
        )
    typer.echo(f"{worked.answered} answered, {worked.failed} failed, {worked.left} left")
    if worked.stopped:
        raise ComeBackLater(f"{worked.stopped}: {worked.left} windows of shard {shard} are left.")
