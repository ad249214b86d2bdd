"""`touchline data download`."""

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from touchline.cli.printing.terminal import say
from touchline.disk import KEEP_FREE

if TYPE_CHECKING:
    from touchline.disk import DiskSpace
    from touchline.games import Order, Source
    from touchline.progress import NamedProgress

_PASSWORD = "SOCCERNET_PASSWORD"  # noqa: S105  (the name of a variable)


def download(
    folder: Annotated[Path, typer.Argument(help="Folder for the games.")],
    split: Annotated[
        list[str], typer.Option(help="train, valid, test or challenge; may be repeated.")
    ],
    games: Annotated[
        list[str] | None, typer.Option(help="Pattern of game ids, such as 'england_epl/*'.")
    ] = None,
    batch: Annotated[
        str | None, typer.Option(help="Only one part, such as 2/5: the second of five.")
    ] = None,
    videos: Annotated[str, typer.Option(help="224p, 720p, or none for labels only.")] = "224p",
    source: Annotated[
        str, typer.Option(help="auto, drive (NDA password) or huggingface (granted account).")
    ] = "auto",
    keep_free: Annotated[str, typer.Option(help="Disk space to keep free.")] = KEEP_FREE,
    quota: Annotated[
        str | None, typer.Option(help="Size limit of the folder, such as 200GB.")
    ] = None,
    then: Annotated[
        str | None,
        typer.Option(
            help="Command to run on each game ({game}: its id, {folder}: its folder) before its "
            "videos are deleted."
        ),
    ] = None,
) -> None:
    """Download SoccerNet's labels and videos; existing files are not downloaded again.

    Labels need no password. Videos need the password that comes with SoccerNet's NDA (from
    $SOCCERNET_PASSWORD, else it is asked for), or a Hugging Face account that was granted access
    ($HF_TOKEN).

    Example: `touchline data download soccernet --split test --games 'england_epl/*' --videos 224p`
    """
    import shlex

    from touchline.disk import DiskSpace
    from touchline.errors import UserError
    from touchline.games import make_order, staged
    from touchline.units import parse_size

    lines = {"224p": 224, "720p": 720, "none": None}
    if videos not in lines:
        raise UserError(f"unknown --videos '{videos}': choose 224p, 720p or none.")
    wanted = make_order(split, games or (), batch, lines[videos])
    folder.mkdir(parents=True, exist_ok=True)
    space = DiskSpace(folder, parse_size(keep_free), parse_size(quota) if quota else None)
    if then is None:
        _fetch(wanted, folder, source, space)
        return
    command = shlex.split(then)
    for game in staged(wanted, folder, command, lambda part: _fetch(part, folder, source, space)):
        say(f"{game}: processed, videos deleted.")


def _fetch(wanted: "Order", folder: Path, source: str, space: "DiskSpace") -> None:
    from touchline.cli.printing.progress import RunProgress
    from touchline.games import download_games as fetch
    from touchline.progress import ignore_progress

    with RunProgress("MB", scale=1_000_000) as progress:
        labels, videos = _sources(wanted, folder, source, space, progress)
        done = fetch(wanted, folder, labels, videos, ignore_progress)
    say(done.sentence())


def _sources(
    wanted: "Order", folder: Path, source: str, space: "DiskSpace", progress: "NamedProgress"
) -> tuple["Source", "Source | None"]:
    """The sources of labels and of videos; None for videos where there is no password."""
    from touchline.errors import UserError
    from touchline.games import drive, hugging_face

    if source not in ("auto", "drive", "huggingface"):
        raise UserError(f"unknown --source '{source}': choose auto, drive or huggingface.")
    token = "HF_TOKEN" in os.environ
    if source == "huggingface" or (source == "auto" and token and _PASSWORD not in os.environ):
        hub = hugging_face(folder, space.require)
        return hub, hub if wanted.videos and token else None
    password = _password() if wanted.videos else None
    server = drive(folder, password, space.require, progress)
    return server, server if password else None


def _password() -> str | None:
    """From the environment, or asked for at a terminal; it is never written down."""
    import sys

    if _PASSWORD in os.environ:
        return os.environ[_PASSWORD]
    if not sys.stdin.isatty():
        return None
    given: str = typer.prompt(
        "NDA password (empty for labels only)", default="", hide_input=True, show_default=False
    )
    return given or None
