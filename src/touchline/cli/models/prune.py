"""`touchline models prune`."""

from typing import Annotated

import typer

from touchline.cli.printing.terminal import say


def prune(
    names: Annotated[
        list[str] | None, typer.Argument(help="Models whose weights are deleted.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON for programs.")] = False,
) -> None:
    """Delete the weights of models; without a name, list what is stored.

    Cards that share a repository share its weights: they are deleted for all of them.

    Example: `touchline models prune qwen2.5-vl-7b`
    """
    import json
    from dataclasses import asdict

    from touchline.cli.models.local_cards import local_cards
    from touchline.models import cached_checkpoints, card_names, prune as free
    from touchline.units import format_gigabytes

    if names:
        cards = local_cards(names, None)
        freed = free([card.checkpoint for card in cards])
        say(
            json.dumps({"freed_bytes": freed})
            if as_json
            else f"{format_gigabytes(freed, 2)} freed."
        )
        return
    found = cached_checkpoints(local_cards(card_names(), None))
    if as_json:
        say(json.dumps([asdict(one) for one in found], indent=1))
        return
    for one in found:
        say(f"{one.size_bytes / 1e9:8.2f} GB  {one.checkpoint}  ({', '.join(one.models)})")
    say(f"{sum(one.size_bytes for one in found) / 1e9:8.2f} GB  in all")
