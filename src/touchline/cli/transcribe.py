"""`touchline data transcribe`."""

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from touchline.cli.progress import RunProgress


def transcribe(
    root: Annotated[Path, typer.Argument(help="A folder in SoccerNet's layout.")],
    weights: Annotated[
        str, typer.Option(help="Folder of a Whisper model in CTranslate2's form; yours.")
    ],
    language: Annotated[
        str | None, typer.Option(help="Two letters, such as en; found out where not given.")
    ] = None,
    game: Annotated[list[str] | None, typer.Option(help="Only this game; may be repeated.")] = None,
) -> None:
    """Write what commentators say beside the videos, in the form of SoccerNet-Echoes.

    A half that has its transcript is not transcribed again. Prompts that tell it, such as
    commentary.v1, are marked as leakage-prone in plan and report.

    Example: `touchline data transcribe soccernet --weights whisper-small-ct2 --language en`
    """
    from touchline.cli.progress import RunProgress
    from touchline.games import SOCCERNET_V2, read_games
    from touchline.video import Transcriber, transcript_path

    halves = [half for one in read_games(root, SOCCERNET_V2, game) for half in one.halves]
    wanted = [half for half in halves if not transcript_path(half).is_file()]
    if wanted:
        whisper = Transcriber(weights, language)
        with RunProgress("s") as progress:
            for half in wanted:
                told = partial(_seconds, progress, f"{half.game} {half.number}")
                whisper.write(half, told)
    typer.echo(f"{len(wanted)} transcripts made, {len(halves) - len(wanted)} were there.")


def _seconds(progress: "RunProgress", name: str, done_ms: int, total_ms: int) -> None:
    progress(name, done_ms // 1000, total_ms // 1000)
