"""Texts: in short, without control characters, the nearest known word, cells of a table."""

import csv
import difflib
import io
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence

_INVISIBLE = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
"""Control characters, direction and other formatting marks, unpaired surrogates, separators."""

_FORMULA = re.compile(r"\s*[=+\-@\uff1d\uff0b\uff0d\uff20]|[\t\r\n]")
"""What spreadsheets take for the start of a formula (OWASP, "CSV Injection")."""
_NUMBER = re.compile(r"[+-]?(\d+(,\d{3})*(\.\d*)?|\.\d+)([eE][+-]?\d+)?( ?%)?")


def inert(text: str) -> str:
    r"""A text that no terminal obeys: what is not visible is written as its code.

    Args:
        text: any text, from anywhere; line ends and tabs stay.

    >>> inert("a\u202eb\x1b[31m")
    'a⟨U+202E⟩b⟨U+001B⟩[31m'
    """
    if text.isascii() and text.isprintable():
        return text
    return "".join(
        one
        if one in "\n\t" or unicodedata.category(one) not in _INVISIBLE
        else f"⟨U+{ord(one):04X}⟩"
        for one in text
    )


def shorten(text: object, longest: int = 300) -> str:
    r"""A text as one short clause: no line breaks, no full stop, at most `longest` characters.

    >>> shorten("Connection refused.\n  Try again.", 19)
    'Connection refused'
    """
    return " ".join(str(text).split())[:longest].rstrip(".")


def counted(count: int, noun: str) -> str:
    """A number of things, with the noun in the singular or the plural.

    >>> counted(1, "window"), counted(1200, "window")
    ('1 window', '1,200 windows')
    """
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"


def nearest_word(
    word: str,
    words: Iterable[str],
    cutoff: float = 0.4,
    named: Mapping[str, str] | None = None,
) -> str:
    """What to add to a sentence about an unknown word: the nearest known one, or nothing.

    Args:
        word: the unknown word.
        words: the known ones.
        cutoff: how alike two words must be, from 0 to 1.
        named: for each known word the name that is suggested; None suggests the word itself.

    >>> nearest_word("Gaol", ["Goal", "Foul"])
    "; the nearest is 'Goal'"
    >>> nearest_word("rtx409", ["rtx4090"], named={"rtx4090": "RTX 4090"})
    "; the nearest is 'RTX 4090'"
    """
    near = difflib.get_close_matches(word, list(words), n=1, cutoff=cutoff)
    if not near:
        return ""
    return f"; the nearest is '{near[0] if named is None else named[near[0]]}'"


def text_width(text: str) -> int:
    """How many columns of a terminal a text takes: Chinese and Japanese characters take two.

    >>> text_width("Aé"), text_width("日本")
    (2, 4)
    """
    if text.isascii():
        return len(text)
    return sum(
        0 if unicodedata.combining(one) else 1 + (unicodedata.east_asian_width(one) in "WF")
        for one in text
    )


def padded(text: str, width: int, *, right: bool) -> str:
    """A text with spaces up to a width in columns of a terminal, before it if `right`.

    >>> padded("日", 4, right=True)
    '  日'
    """
    spaces = " " * (width - text_width(text))
    return spaces + text if right else text + spaces


def csv_text(rows: Iterable[Sequence[object]]) -> str:
    """The content of a CSV file; a text that a spreadsheet would compute begins with a quote.

    Args:
        rows: the cells, the header first; None is an empty cell.

    >>> csv_text([("model", "change"), ("=1+1", "-0.5"), ("a,b", None)])
    "model,change\\n'=1+1,-0.5\\n\\"a,b\\",\\n"
    """
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\n")
    writer.writerows([_cell(value) for value in row] for row in rows)
    return file.getvalue()


def _cell(value: object) -> object:
    if not isinstance(value, str):
        return value
    text = inert(value)
    return f"'{text}" if _FORMULA.match(text) and not _NUMBER.fullmatch(text) else text
