"""`touchline data download`."""

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from touchline.disk import DiskSpace
    from touchline.games import Advance, Order, Source

_PASSWORD = "SOCCERNET_PASSWORD"  # noqa: S105  (the name of a variable)


def download(
    folder: Annotated[Path, typer.Argument(help="Where the games go.")],
    split: Annotated[
        list[str], typer.Option(help="train, valid, test or challenge; may be repeated.")
    ],
    games: Annotated[
        list[str] | None, typer.Option(help="Pattern of ids, such as 'england_epl/*'.")
    ] = None,
    batch: Annotated[str | None, typer.Option(help="2/5: the second of five parts.")] = None,
    videos: Annotated[str, typer.Option(help="224p, 720p, or none for labels alone.")] = "224p",
    source: Annotated[
        str, typer.Option(help="auto, drive (NDA password) or huggingface (granted account).")
    ] = "auto",
    keep_free: Annotated[str, typer.Option(help="What must stay free on the disk.")] = "5GB",
    quota: Annotated[str | None, typer.Option(help="The most that the folder may hold.")] = None,
    then: Annotated[
        str | None,
        typer.Option(
            help="Staged: run this on each game ({game}: its id, {folder}: its folder), then "
            "delete its videos."
        ),
    ] = None,
) -> None:
    """Fetch SoccerNet's labels and videos; what is there already is not fetched again.

    Labels need no password. Videos need the one that comes with SoccerNet's NDA, from
    $SOCCERNET_PASSWORD or asked for here, or an account on Hugging Face that was granted access
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
        raise UserError(f"unknown videos '{videos}': take 224p, 720p or none.")
    wanted = make_order(split, games or (), batch, lines[videos])
    folder.mkdir(parents=True, exist_ok=True)
    space = DiskSpace(folder, parse_size(keep_free), parse_size(quota) if quota else None)
    if then is None:
        _fetch(wanted, folder, source, space)
        return
    command = shlex.split(then)
    for game in staged(wanted, folder, command, lambda part: _fetch(part, folder, source, space)):
        typer.echo(f"{game}: processed, videos deleted.")


def _fetch(wanted: "Order", folder: Path, source: str, space: "DiskSpace") -> None:
    from touchline.cli.progress import RunProgress
    from touchline.games import download_games as fetch

    with RunProgress("MB") as progress:

        def advance(file: str, done: int, total: int) -> None:
            progress(file, done // 1_000_000, total // 1_000_000)

        labels, films = _sources(wanted, folder, source, space, advance)
        done = fetch(wanted, folder, labels, films, lambda *_: None)
    typer.echo(done.sentence())


def _sources(
    wanted: "Order", folder: Path, source: str, space: "DiskSpace", advance: "Advance"
) -> tuple["Source", "Source | None"]:
    """Where labels and videos come from; no source for videos without a password for them."""
    from touchline.errors import UserError
    from touchline.games import drive, hugging_face

    if source not in ("auto", "drive", "huggingface"):
        raise UserError(f"unknown source '{source}': take auto, drive or huggingface.")
    token = "HF_TOKEN" in os.environ
    if source == "huggingface" or (source == "auto" and token and _PASSWORD not in os.environ):
        hub = hugging_face(folder, space.require)
        return hub, hub if wanted.videos and token else None
    password = _password() if wanted.videos else None
    server = drive(folder, password, space.require, advance)
    return server, server if password else None


def _password() -> str | None:
    """From the environment, or asked for where somebody sits at a terminal; never written."""
    import sys

    if _PASSWORD in os.environ:
        return os.environ[_PASSWORD]
    if not sys.stdin.isatty():
        return None
    given: str = typer.prompt(
        "NDA password (empty for labels alone)", default="", hide_input=True, show_default=False
    )
    return given or None
