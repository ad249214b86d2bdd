"""Shades of cells in tables."""

_LEVELS = 10


def shade(share: float) -> str:
    """The style class of a cell: level 0 for a share of 0, the strongest for 1."""
    return f"h{round((_LEVELS - 1) * share)}"
