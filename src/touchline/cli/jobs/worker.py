"""`touchline worker`."""

from pathlib import Path
from typing import Annotated

import typer

from touchline.cli.printing.terminal import say


def worker(
    folder: Annotated[Path, typer.Argument(help="Folder of a planned run.")],
    model: Annotated[str, typer.Option(help="Name of the model to ask.")],
    shard: Annotated[str, typer.Option(help="Part of its windows, such as 0/4.")] = "0/1",
    until: Annotated[
        float | None, typer.Option(help="Unix time after which no new window is asked.")
    ] = None,
) -> None:
    """Ask one part of a run's windows, as the jobs of a cluster do.

    Only windows without a reply are asked; nothing is merged or scored. The exit code is 75 if
    windows are left.

    Example: `touchline worker runs/first --model demo --shard 0/4`
    """
    import signal

    from touchline.cli.printing.progress import RunProgress
    from touchline.errors import ComeBackLater
    from touchline.runs import SIGNALS, Shard, Stop, stop_on_signals, work
    from touchline.text import counted

    part, stop = Shard.parse(shard), Stop(until)
    with RunProgress() as progress, stop_on_signals((*SIGNALS, signal.SIGUSR2), stop):
        done = work(folder, model, part, stop, progress.named(f"{model} {shard}"))
    say(f"{done.answered} answered, {done.failed} failed, {done.left} left")
    if done.stopped:
        raise ComeBackLater(
            f"{done.stopped}: {counted(done.left, 'window')} of shard {shard} left to ask."
        )
