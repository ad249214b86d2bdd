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
        str | None,
        typer.Option(help="The most that may be kept, such as 20GB; the longest unused goes."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON for programs.")] = False,
) -> None:
    """Show the frames that are kept so that no half is decoded twice, or delete them.

    Example: `touchline data cache --limit 20GB`
    """
    import json
    from dataclasses import asdict

    from touchline.units import parse_size
    from touchline.video import cached, limit_bytes, set_limit, shrink_cache

    if limit is not None:
        set_limit(parse_size(limit))
    if clear or limit is not None:
        shrink_cache(0 if clear else limit_bytes())
    stores = cached()
    if as_json:
        typer.echo(json.dumps([asdict(one) for one in stores], indent=1, default=str))
        return
    from rich.console import Console
    from rich.filesize import decimal

    from touchline.cli.tables import cache_table

    console = Console()
    console.print(cache_table(stores))
    total = decimal(sum(one.size_bytes for one in stores))
    console.print(f"{total} of at most {decimal(limit_bytes())}")


data_app.command("download")(download)
data_app.command("normalize")(normalize)
data_app.command("transcribe")(transcribe)
data_app.command("verify")(verify)
