"""`touchline convert`."""

from pathlib import Path
from typing import Annotated

import typer

from touchline.cli.formats.reading_options import (
    ALL_FILES,
    Files,
    From,
    GameId,
    HalfNumber,
    HalfStarts,
    InFps,
    InLead,
    Lenient,
    Renames,
    Source,
)


def convert(
    source: Source,
    out: Annotated[
        Path,
        typer.Argument(metavar="OUT", help="A file, or a folder for one file per game or half."),
    ],
    to: Annotated[str, typer.Option("--to", help="Format to write; see docs/formats.md.")],
    from_: From = None,
    files: Files = ALL_FILES,
    task: Annotated[
        str | None, typer.Option(help="Only classes of this task, by its names or their aliases.")
    ] = None,
    rename: Renames = None,
    in_lead: InLead = 0,
    in_fps: InFps = None,
    game: GameId = None,
    half: HalfNumber = None,
    half_starts: HalfStarts = None,
    lead: Annotated[
        float | None, typer.Option(help="Seconds that a written segment begins before its event.")
    ] = None,
    lag: Annotated[
        float | None, typer.Option(help="Seconds that a written segment ends after its event.")
    ] = None,
    fps: Annotated[
        float | None, typer.Option(help="Frames per second, if OUT counts frames.")
    ] = None,
    lenient: Lenient = False,
) -> None:
    """Convert labels or spots from one format to another.

    Example: `touchline convert match.xml labels --to soccernet --in-lead 5 --task v2`
    """
    from touchline.cli.formats.reading_options import clock_times_ms, read_rules
    from touchline.cli.printing.conversion import show_conversion
    from touchline.games import find_task
    from touchline.spots import FormatSettings, ReadChoice, convert as convert_events
    from touchline.validation import parse_options

    known = None if task is None else find_task(task)
    rules = read_rules(known, rename, in_lead, in_fps, lenient)
    given = {"lead": lead, "lag": lag, "fps": fps, "label_file": known and known.label_file}
    settings = parse_options(FormatSettings, given)
    choice = ReadChoice(source, from_, files, game, half, clock_times_ms(half_starts))
    show_conversion(convert_events(choice, rules, to, out, settings), to)
