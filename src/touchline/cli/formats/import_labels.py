"""`touchline import`."""

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


def import_labels(
    source: Source,
    root: Annotated[
        Path, typer.Argument(metavar="ROOT", help="Folder of league/season/game, as for runs.")
    ],
    from_: From = None,
    files: Files = ALL_FILES,
    task: Annotated[str | None, typer.Option(help="Task of the labels; v2 by default.")] = None,
    rename: Renames = None,
    in_lead: InLead = 0,
    in_fps: InFps = None,
    game: GameId = None,
    half: HalfNumber = None,
    half_starts: HalfStarts = None,
    lenient: Lenient = False,
) -> None:
    """Bring labels or spots of others into a folder of games, where runs and scores find them.

    Example: `touchline import analyst.xml SoccerNet --game league/2026/final --in-lead 5`
    """
    from touchline.cli.formats.reading_options import clock_times_ms, read_rules
    from touchline.cli.printing.conversion import show_conversion
    from touchline.games import SOCCERNET_V2, find_task
    from touchline.spots import ReadChoice, import_events

    known = find_task(task or SOCCERNET_V2.name)
    rules = read_rules(known, rename, in_lead, in_fps, lenient)
    choice = ReadChoice(source, from_, files, game, half, clock_times_ms(half_starts))
    show_conversion(import_events(choice, rules, known, root), "soccernet")
