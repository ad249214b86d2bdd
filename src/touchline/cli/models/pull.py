"""`touchline models pull`."""

from pathlib import Path
from typing import Annotated

import typer

from touchline.cli.printing.terminal import say
from touchline.disk import KEEP_FREE

_Json = Annotated[bool, typer.Option("--json", help="Print JSON for programs.")]


def pull(
    names: Annotated[
        list[str] | None, typer.Argument(help="Models, or paths of their cards.")
    ] = None,
    bench: Annotated[Path | None, typer.Option(help="Also all models of this benchmark.")] = None,
    keep_free: Annotated[str, typer.Option(help="Disk space to keep free.")] = KEEP_FREE,
    quota: Annotated[
        str | None, typer.Option(help="Size limit of the hub's cache, such as 150GB.")
    ] = None,
    as_json: _Json = False,
) -> None:
    """Download the weights of models, so that runs need no network.

    Existing files are not downloaded again. The hub's own settings apply: HF_HOME is where
    weights are stored, HF_TOKEN is the account.

    Example: `touchline models pull qwen2.5-vl-7b --quota 150GB`
    """
    import json
    from dataclasses import asdict

    from touchline.cli.models.local_cards import local_cards
    from touchline.cli.printing.progress import RunProgress
    from touchline.disk import DiskSpace
    from touchline.errors import UserError
    from touchline.models import cache_folder, pull as fetch
    from touchline.units import format_gigabytes, parse_size

    cards = local_cards(names or [], bench)
    if not cards:
        raise UserError(
            "nothing to download: name a model with weights, or a benchmark with --bench."
        )
    folder = cache_folder()
    space = DiskSpace(folder, parse_size(keep_free), parse_size(quota) if quota else None)
    with RunProgress("MB", scale=1_000_000) as progress:
        pulled = [fetch(card, space.require, progress.named(card.name)) for card in cards]
    if as_json:
        say(json.dumps([asdict(one) for one in pulled], indent=1))
        return
    for one in pulled:
        at = f" at commit {one.commit}" if one.commit else ""
        say(
            f"{one.model}: {one.checkpoint}{at}, {format_gigabytes(one.size_bytes, 2)}, "
            f"{format_gigabytes(one.fetched_bytes, 2)} of them downloaded now; in {one.folder}"
        )
        if one.lock:
            say(f"{one.model}: runs use exactly this commit; its files are in {one.lock}")
