"""Amounts with their units, as users write and read them: bytes, memory, money."""

import re

from touchline.errors import UserError

GIGABYTE = 10**9
"""Of files and disks, as their makers count."""

GIBIBYTE = 2**30
"""Of memory, which is sold as "GB"."""

_PREFIXES = {"": 1, "K": 10**3, "M": 10**6, "G": 10**9, "T": 10**12}
_SIZE = re.compile(r"(\d+(?:\.\d+)?)\s*([KMGT]?)B?", re.IGNORECASE)
_MEMORY = re.compile(r"(\d+(?:\.\d+)?)\s*(?:g|gb|gib)?", re.IGNORECASE)
_USD = re.compile(r"\$?\s*(\d+(?:\.\d*)?|\.\d+)\s*(?:usd|\$)?", re.IGNORECASE)


def parse_size(text: str) -> int:
    """Bytes of a file size as it is written, in decimal units.

    >>> parse_size("1.5 GB"), parse_size("200M"), parse_size("0")
    (1500000000, 200000000, 0)

    Raises:
        UserError: it is not a size.
    """
    match = _SIZE.fullmatch(text.strip())
    if match is None:
        raise UserError(f"'{text}' is not a size: write one such as 20GB or 500MB.")
    return round(float(match[1]) * _PREFIXES[match[2].upper()])


def parse_memory(text: str) -> int:
    """Bytes of a GPU's memory as it is written; GB means 2**30 bytes, as on the box.

    >>> parse_memory("24GB")
    25769803776

    Raises:
        UserError: it is not a number of gigabytes.
    """
    match = _MEMORY.fullmatch(text.strip())
    if match is None:
        raise UserError(f"memory '{text}' is not a number of gigabytes, such as 24GB.")
    return round(float(match[1]) * GIBIBYTE)


def parse_usd(text: str) -> float:
    """US dollars of an amount as it is written.

    >>> parse_usd("5usd"), parse_usd("$0.50"), parse_usd("12.5")
    (5.0, 0.5, 12.5)

    Raises:
        UserError: it is not an amount.
    """
    match = _USD.fullmatch(text.strip())
    if match is None:
        raise UserError(f"'{text}' is not an amount of US dollars: write 5usd or 0.50.")
    return float(match[1])


def format_gigabytes(size: float, decimals: int = 1) -> str:
    """Bytes in decimal gigabytes.

    >>> format_gigabytes(1_540_000_000), format_gigabytes(1_540_000_000, 2)
    ('1.5 GB', '1.54 GB')
    """
    return f"{size / GIGABYTE:.{decimals}f} GB"
