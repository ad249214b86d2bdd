"""What convert and import ask in the same words: which events are read, and how."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from touchline.errors import UserError

if TYPE_CHECKING:
    from touchline.games import Task
    from touchline.spots import ReadRules

Source = Annotated[
    Path, typer.Argument(metavar="IN", help="A file of events, or a folder or zip of such files.")
]
From = Annotated[
    str | None, typer.Option("--from", help="Format of IN; by default recognised by its content.")
]
ALL_FILES = "*"

Files = Annotated[
    str,
    typer.Option(
        "--files", help="Only files of this name in a folder or zip; * and ? are wildcards."
    ),
]
Renames = Annotated[
    list[str] | None,
    typer.Option(
        "--rename", help="A class or club of IN, and its name here: THEIRS=OURS; repeatable."
    ),
]
InLead = Annotated[
    float,
    typer.Option(min=0, help="Seconds by which the segments of IN begin before their events."),
]
InFps = Annotated[
    float | None,
    typer.Option("--in-fps", min=0.001, help="Frames per second, if IN counts frames."),
]
GameId = Annotated[str | None, typer.Option("--game", help="Id of the game, if IN is one game.")]
HalfNumber = Annotated[
    int | None, typer.Option("--half", min=1, help="Number of the half, if IN is one half.")
]
HalfStarts = Annotated[
    str | None,
    typer.Option(
        "--half-starts",
        help="Where the halves begin, if IN has a whole game on one clock: 0:12,48:03.",
    ),
]
Lenient = Annotated[
    bool, typer.Option("--lenient", help="Leave out what cannot be read, and count it.")
]


def read_rules(
    task: "Task | None", rename: list[str] | None, lead: float, fps: float | None, lenient: bool
) -> "ReadRules":
    """How the events are read.

    Raises:
        UserError: a renaming has no "=".
    """
    from touchline.games import ProblemLog
    from touchline.spots import ReadRules

    return ReadRules(
        task=task,
        renames=dict(map(_renaming, rename or ())),
        lead_ms=round(lead * 1000),
        fps=fps,
        problems=ProblemLog(lenient),
    )


def _renaming(text: str) -> tuple[str, str]:
    theirs, sign, ours = text.rpartition("=")
    if not sign or not theirs or not ours:
        raise UserError(f"--rename '{text}' is not like THEIRS=OURS, such as --rename PASS=Pass.")
    return theirs, ours


def clock_times_ms(text: str | None) -> tuple[int, ...]:
    """Milliseconds of times that are separated by commas.

    Raises:
        UserError: one of them is not a time.
    """
    from touchline.games import UnreadableEntryError
    from touchline.spots import parse_clock

    try:
        return () if text is None else tuple(map(parse_clock, text.split(",")))
    except UnreadableEntryError as error:
        raise UserError(f"--half-starts '{text}': {error}.") from error
