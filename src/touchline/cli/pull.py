"""`touchline models pull` and `touchline models prune`."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from touchline.models import LocalCard

_Json = Annotated[bool, typer.Option("--json", help="Print JSON for programs.")]


def pull(
    names: Annotated[
        list[str] | None, typer.Argument(help="Models, or paths of their cards.")
    ] = None,
    bench: Annotated[Path | None, typer.Option(help="All models of this benchmark, too.")] = None,
    keep_free: Annotated[str, typer.Option(help="What must stay free on the disk.")] = "5GB",
    quota: Annotated[
        str | None, typer.Option(help="The most that the hub's cache may hold.")
    ] = None,
    as_json: _Json = False,
) -> None:
    """Fetch the weights of models, so that runs need no network.

    What is there already is not fetched again. The hub's own settings hold: HF_HOME says where
    weights are kept, HF_TOKEN who asks.

    Example: `touchline models pull qwen2.5-vl-7b --quota 150GB`
    """
    import json
    from dataclasses import asdict
    from functools import partial

    from touchline.cli.progress import RunProgress
    from touchline.disk import DiskSpace
    from touchline.errors import UserError
    from touchline.models import cache_folder, pull as fetch
    from touchline.units import format_gigabytes, parse_size

    cards = _local_cards(names or [], bench)
    if not cards:
        raise UserError("nothing to fetch: name a model with weights, or a benchmark with --bench.")
    folder = cache_folder()
    space = DiskSpace(folder, parse_size(keep_free), parse_size(quota) if quota else None)
    with RunProgress("MB") as progress:

        def advance(name: str, done: int, total: int) -> None:
            progress(name, done // 1_000_000, total // 1_000_000)

        pulled = [fetch(card, space.require, partial(advance, card.name)) for card in cards]
    if as_json:
        typer.echo(json.dumps([asdict(one) for one in pulled], indent=1))
        return
    for one in pulled:
        at = f" at commit {one.commit}" if one.commit else ""
        typer.echo(
            f"{one.model}: {one.checkpoint}{at}, {format_gigabytes(one.size_bytes, 2)}, "
            f"{format_gigabytes(one.fetched_bytes, 2)} of them fetched now; in {one.folder}"
        )


def prune(
    names: Annotated[
        list[str] | None, typer.Argument(help="Models whose weights are to go.")
    ] = None,
    as_json: _Json = False,
) -> None:
    """Delete the weights of models; without a name, list what is held.

    Cards that share a repository share its weights: they go for all of them.

    Example: `touchline models prune qwen2.5-vl-7b`
    """
    import json
    from dataclasses import asdict

    from touchline.models import cached_checkpoints, card_names, prune as free
    from touchline.units import format_gigabytes

    if names:
        cards = _local_cards(names, None)
        freed = free([card.checkpoint for card in cards])
        said = {"freed_bytes": freed}
        typer.echo(json.dumps(said) if as_json else f"{format_gigabytes(freed, 2)} freed.")
        return
    found = cached_checkpoints(_local_cards(card_names(), None))
    if as_json:
        typer.echo(json.dumps([asdict(one) for one in found], indent=1))
        return
    for one in found:
        typer.echo(f"{one.size_bytes / 1e9:8.2f} GB  {one.checkpoint}  ({', '.join(one.models)})")
    typer.echo(f"{sum(one.size_bytes for one in found) / 1e9:8.2f} GB  in all")


def _local_cards(names: list[str], bench: Path | None) -> "list[LocalCard]":
    """The cards with weights among those named and those of a benchmark."""
    from touchline.models import LocalCard, find_card
    from touchline.runs import read_bench

    entries: list[object] = list(names)
    if bench is not None:
        read = read_bench(bench)
        entries += [*read.models, *([read.context.ask] if read.context else [])]
    cards = [find_card(entry) for entry in entries if entry is not None]  # type: ignore[arg-type]
    return [card for card in cards if isinstance(card, LocalCard)]
