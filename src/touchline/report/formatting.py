"""Text and numbers as reports show them.

Texts from models and files may be hostile: control characters and marks that change the writing
direction are shown as their code, and very long texts are cut.
"""

import math

from touchline.text import inert

LONGEST = 20_000
"""Characters of one text that a report shows; the run's own files keep the rest."""

NOTHING = "–"
"""Shown where there is no figure."""


def visible(text: str, longest: int = LONGEST) -> str:
    r"""A text in which every character is visible, cut to `longest` characters.

    Args:
        text: any text, from anywhere.
        longest: characters to keep; a cut is noted at the end.

    Returns:
        The text with control, direction and unpaired surrogate characters written as codes.

    >>> visible("a\u202eb\x1b[31m")
    'a⟨U+202E⟩b⟨U+001B⟩[31m'
    """
    kept = inert(text[:longest])
    if len(text) > longest:
        kept += f" … (cut: {longest:,} of {len(text):,} characters shown)"
    return kept


def percent(value: float) -> str:
    """A score from 0 to 1 as the field writes it, from 0.00 to 100.00."""
    return f"{100 * value:.2f}"


def share(value: float) -> str:
    """A share from 0 to 1 in per cent, rounded down, and to 0 only where it is 0.

    >>> share(0.98999), share(1.0)
    ('98.9 %', '100 %')
    """
    if value in (0.0, 1.0):
        return f"{100 * value:.0f} %"
    return f"{max(1, math.floor(round(1000 * value, 6))) / 10:.1f} %"


def number(value: float) -> str:
    """A count or a rate with three figures at least, thousands apart."""
    if value >= 100:
        return f"{value:,.0f}"
    return f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def duration(seconds: float) -> str:
    """Seconds in the two units that matter.

    >>> duration(9.4), duration(3725)
    ('9.4 s', '1 h 02 min')
    """
    if seconds < 0.1:
        return "< 0.1 s"
    if seconds < 60:
        return f"{seconds:.1f} s"
    whole = round(seconds)
    if whole < 3600:
        return f"{whole // 60} min {whole % 60:02d} s"
    return f"{whole // 3600} h {whole % 3600 // 60:02d} min"


def clock(position_ms: int) -> str:
    """A moment of a half, to the tenth of a second.

    >>> clock(61_540)
    '01:01.5'
    """
    minutes, tenths = divmod(round(position_ms / 100), 600)
    return f"{minutes:02d}:{tenths // 10:02d}.{tenths % 10}"


def length(ms: int) -> str:
    """The length of what was watched; less than two minutes in seconds.

    >>> length(42_000), length(315_000)
    ('42 seconds', '5 minutes')
    """
    if ms < 120_000:
        return f"{max(1, round(ms / 1000))} seconds"
    return f"{ms / 60_000:,.0f} minutes"


def memory(size: float) -> str:
    """Bytes in binary megabytes or gigabytes."""
    return f"{size / 2**30:.1f} GiB" if size >= 2**30 else f"{size / 2**20:.0f} MiB"


def dollars(value: float) -> str:
    """US dollars; 0 is "free", and small amounts keep their cents."""
    if value == 0:
        return "free"
    return f"${value:,.2f}" if value >= 0.1 else f"${value:.4f}"


def within(tolerance_s: float) -> str:
    """A tolerance's full width in seconds as the distance that it allows on either side.

    >>> within(5)
    '± 2.5 s'
    """
    return f"± {tolerance_s / 2:g} s"
