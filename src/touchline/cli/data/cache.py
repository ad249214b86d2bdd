"""`touchline data cache`."""

from typing import Annotated

import typer

from touchline.cli.printing.terminal import make_console, say


def cache(
    clear: Annotated[
        bool, typer.Option("--clear", help="Delete everything that is not in use.")
    ] = False,
    limit: Annotated[
        str | None,
        typer.Option(help="Size limit, such as 20GB; the least recently used is deleted first."),
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
        say(json.dumps([asdict(one) for one in stores], indent=1, default=str))
        return
    from rich.filesize import decimal

    from touchline.cli.printing.frame_cache import cache_lines

    console = make_console()
    for line in cache_lines(stores):
        say(line)
    total = decimal(sum(one.size_bytes for one in stores))
    if stores:
        say("sampling: which frames are kept, and how they were made. The last used are first.")
    console.print(f"{total} of at most {decimal(limit_bytes())}")
