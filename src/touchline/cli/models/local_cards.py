"""The models with weights that a command names."""

from pathlib import Path

from touchline.models import LocalCard, find_card
from touchline.runs import read_bench


def local_cards(names: list[str], bench: Path | None) -> list[LocalCard]:
    """The cards with weights among those named and those of a benchmark."""
    entries: list[object] = list(names)
    if bench is not None:
        read = read_bench(bench)
        entries += [*read.models, *([read.context.ask] if read.context else [])]
    cards = [find_card(entry) for entry in entries if entry is not None]  # type: ignore[arg-type]
    return [card for card in cards if isinstance(card, LocalCard)]
