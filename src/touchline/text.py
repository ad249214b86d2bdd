"""Words for error sentences: a long text in short, and the known word nearest to an unknown one."""

import difflib
from collections.abc import Iterable, Mapping


def shorten(text: object, longest: int = 300) -> str:
    r"""A text as one short clause: no line breaks, no full stop, at most `longest` characters.

    >>> shorten("Connection refused.\n  Try again.", 19)
    'Connection refused'
    """
    return " ".join(str(text).split())[:longest].rstrip(".")


def nearest_word(word: str, words: Iterable[str] | Mapping[str, str], cutoff: float = 0.4) -> str:
    """What to add to a sentence about an unknown word: the nearest known one, or nothing.

    Args:
        word: the unknown word.
        words: the known ones; a mapping gives for each the name that is suggested.
        cutoff: how alike two words must be, from 0 to 1.

    >>> nearest_word("Gaol", ["Goal", "Foul"])
    "; the nearest is 'Goal'"
    >>> nearest_word("rtx409", {"rtx4090": "RTX 4090"})
    "; the nearest is 'RTX 4090'"
    """
    names = words if isinstance(words, Mapping) else {one: one for one in words}
    near = difflib.get_close_matches(word, names, n=1, cutoff=cutoff)
    return f"; the nearest is '{names[near[0]]}'" if near else ""
