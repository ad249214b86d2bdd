"""The models with weights that a command names."""

import json
from pathlib import Path

from touchline.models import LocalCard, find_card
from touchline.runs import asked_entries, read_bench


def local_cards(names: list[str], bench: Path | None) -> list[LocalCard]:
    """The cards with weights among those named and those of a benchmark."""
    cards = list(map(find_card, names))
    if bench is not None:
        read = read_bench(bench)
        asked = [read.context.ask] if read.context and read.context.ask else []
        cards += map(find_card, [*(one.entry for one in asked_entries(read)), *asked])
    local = [card for card in cards if isinstance(card, LocalCard)]
    # The cells of a sweep mostly have the same weights.
    distinct = {
        json.dumps(card.identity(), sort_keys=True, default=str): card for card in local[::-1]
    }
    return list(distinct.values())[::-1]
