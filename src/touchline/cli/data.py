"""`touchline data`."""

from typing import Annotated

import typer

from touchline.cli.download import download
from touchline.cli.normalize import normalize
from touchline.cli.transcribe import transcribe
from touchline.cli.verify import verify

data_app = typer.Typer(help="Videos, and the frames that are kept of them.", no_args_is_help=True)


@data_app.command("cache")
def cache(
    clear: Annotated[bool, typer.Option("--clear", help="Delete all that is not in use.")] = False,
    limit: Annotated[
        str | None, typer.Option(help="Delete the longest unused down to a size, such as 20GB.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON for programs.")] = False,
) -> None:
    """Show the frames that are kept so that no half is decoded twice, or delete them.

    Example: `touchline data cache --limit 20GB`
    """
    import json
    from dataclasses import asdict

    from touchline.video.cache import cached, in_bytes, shrink_cache

    if clear or limit is not None:
        shrink_cache(0 if clear or limit is None else in_bytes(limit))
    stores = cached()
    if as_json:
        typer.echo(json.dumps([asdict(one) for one in stores], indent=1, default=str))
        return
    from rich import box
    from rich.console import Console
    from rich.filesize import decimal
    from rich.table import Table

    table = Table("store", "size", "last used", box=box.SIMPLE_HEAD)
    for one in stores:
        table.add_row(one.path.stem, decimal(one.size_bytes), f"{one.last_used:%Y-%m-%d %H:%M}")
    Console().print(table)


data_app.command("download")(download)
data_app.command("normalize")(normalize)
data_app.command("transcribe")(transcribe)
data_app.command("verify")(verify)
