"""`touchline data transcribe`."""

from pathlib import Path
from typing import Annotated

import typer

from touchline.cli.printing.terminal import say


def transcribe(
    root: Annotated[Path, typer.Argument(help="A folder in SoccerNet's layout.")],
    weights: Annotated[str, typer.Option(help="Folder of a Whisper model in CTranslate2 format.")],
    language: Annotated[
        str | None, typer.Option(help="Two letters, such as en; detected by default.")
    ] = None,
    game: Annotated[list[str] | None, typer.Option(help="Only this game; may be repeated.")] = None,
) -> None:
    """Transcribe the commentary and store it beside the videos, in SoccerNet-Echoes format.

    Halves that have a transcript are skipped. Prompts that include it, such as commentary.v1,
    are marked as leakage-prone in plan and report.

    Example: `touchline data transcribe soccernet --weights whisper-small-ct2 --language en`
    """
    from touchline.cli.printing.progress import RunProgress
    from touchline.games import SOCCERNET_V2, read_games
    from touchline.video import Transcriber, transcript_path

    halves = [half for one in read_games(root, SOCCERNET_V2, game) for half in one.halves]
    wanted = [half for half in halves if not transcript_path(half).is_file()]
    if wanted:
        whisper = Transcriber(weights, language)
        with RunProgress("s", scale=1000) as progress:
            for half in wanted:
                whisper.write(half, progress.named(f"{half.game} {half.number}"))
    say(f"{len(wanted)} transcripts made, {len(halves) - len(wanted)} existed already.")
