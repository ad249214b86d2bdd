"""`touchline doctor`."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from touchline.cli.printing.terminal import say

if TYPE_CHECKING:
    from touchline.doctor import Examination

_WIDTH = 80
_PANEL = "A run on a cluster"


def doctor(
    models: Annotated[
        list[str] | None, typer.Argument(help="Models to be asked, or paths of their cards.")
    ] = None,
    bench: Annotated[Path | None, typer.Option(help="Also all models of this benchmark.")] = None,
    check_tokens: Annotated[
        bool,
        typer.Option(
            "--check-tokens",
            help="Send each key to the service that it belongs to, and say whether it is valid.",
        ),
    ] = False,
    partition: Annotated[
        str | None, typer.Option(help="Partition of a run.", rich_help_panel=_PANEL)
    ] = None,
    gres: Annotated[
        str | None,
        typer.Option(help="GPUs of its jobs, such as gpu:TitanRTX:1.", rich_help_panel=_PANEL),
    ] = None,
    time: Annotated[
        str | None,
        typer.Option(help="Time limit of its jobs, such as 6:00:00.", rich_help_panel=_PANEL),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON for programs.")] = False,
) -> None:
    """Examine this machine: what runs here, what does not, and how to fix it.

    Python, extras, codecs, GPUs, disks, caches, keys and SLURM; and for models that are named,
    whether they could be asked. Nothing is changed. Requests are sent for named models behind
    endpoints, and with --check-tokens. The exit code is 2 where something has to be fixed.

    Examples: `touchline doctor`; `touchline doctor --bench bench.yaml --gres gpu:TitanRTX:1`
    """
    import json

    from touchline.doctor import ThisMachine, Wanted, examine

    given = {"partition": partition, "gres": gres, "time": time}
    slurm = {name: value for name, value in given.items() if value is not None}
    found = examine(ThisMachine(), Wanted(tuple(models or ()), bench, slurm, check_tokens))
    if as_json:
        say(json.dumps(found.to_json(), indent=1, default=str))
    else:
        _show(found)
    if found.exit_code:
        raise typer.Exit(found.exit_code)


def _show(found: "Examination") -> None:
    import textwrap

    from touchline.models import redact
    from touchline.text import counted

    topic = None
    for one in found.findings:
        if one.topic != topic:
            topic = one.topic
            say(f"{topic}")
        label = f"  {one.state.value:9}"
        say(
            textwrap.fill(
                redact(one.says), _WIDTH, initial_indent=label, subsequent_indent=" " * 11
            )
        )
        if one.means:
            say(
                textwrap.fill(
                    redact(one.means),
                    _WIDTH,
                    initial_indent=" " * 11 + "-> ",
                    subsequent_indent=" " * 14,
                )
            )
    say(
        f"{counted(len(found.problems), 'problem')} to fix."
        if found.problems
        else "Nothing has to be fixed."
    )
