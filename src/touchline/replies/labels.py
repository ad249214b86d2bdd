"""From the name that a model wrote to one of the 17 classes."""

import re
from functools import lru_cache

from touchline.games import ALIASES, CLASSES, canonical_class, fold
from touchline.replies.read_policy import ReadPolicy

AMBIGUOUS: dict[str, str] = {
    "free kick": "free_kick",
    "freekick": "free_kick",
    "set piece free kick": "free_kick",
    "shot": "shot",
    "shots": "shot",
    "shot taken": "shot",
    "shot attempt": "shot",
    "attempt on goal": "shot",
    "card": "card",
    "cards": "card",
    "card shown": "card",
}
"""Folded name to the field of the policy that decides what it means."""

HEADINGS = frozenset(
    {
        "set piece",
        "set pieces",
        "other",
        "others",
        "goals shots",
        "goals and shots",
        "fouls cards",
        "fouls and cards",
        "event",
    }
)
"""Folded headings of the prompt's list of classes, which models give back as if they were one."""

NO_CLASS = frozenset(
    {
        "goal kick",
        "goalkick",
        "save",
        "goalkeeper save",
        "goal celebration",
        "celebration",
        "goal attempt",
        "goal line clearance",
        "pass",
        "dribble",
        "tackle",
        "cross",
        "header",
        "injury",
        "replay",
        "drop ball",
        "var review",
        "premier league",
        "premier league logo",
        "half time",
        "full time",
        "no goal",
        "no foul",
        "no card",
        "no offside",
        "no penalty",
        "handball",
        "throw",
    }
)
"""Folded names that are no class, though some look like one: kept as *other*, never guessed."""

NULLS = frozenset(
    {
        "",
        "none",
        "null",
        "nil",
        "na",
        "n a",
        "nothing",
        "no event",
        "no events",
        "no significant event",
        "no significant events",
        "nothing significant",
        "nothing significant happens",
        "no event detected",
        "no events detected",
        "none detected",
        "no action",
        "empty",
    }
)
"""Folded names by which a reply says that nothing happened."""

PLACEHOLDERS = frozenset({"event type", "eventtype", "label", "event label"})
"""Folded names in the prompt's own example: a reply that shows them has echoed it."""

_MOST_CHARACTERS = 80
_KNOWN = tuple({fold(name) for name in CLASSES} | set(ALIASES) | set(AMBIGUOUS) | NO_CLASS)
_SEPARATORS = re.compile(r"\s*(?:[,;/|&+]|\band\b|\bor\b)\s*", re.IGNORECASE)
_ARTICLE = re.compile(r"^\s*(?:an?|the|possible|potential)\s+", re.IGNORECASE)
_TAIL = re.compile(
    r"\s*(?:[(\[:;–—]|\s-\s|\b(?:by|for|to|from|against|awarded|shown|given|taken|committed|called"
    r"|scored|detected|event)\b).*$",
    re.DOTALL | re.IGNORECASE,
)


@lru_cache(maxsize=4096)
def folded(name: str) -> str:
    """`fold`, remembered: the same few names come back in every reply."""
    return fold(name[:_MOST_CHARACTERS])


def is_null(name: str) -> bool:
    """Whether a label says that there was no event."""
    return folded(name) in NULLS


@lru_cache(maxsize=4096)
def class_of(name: str, policy: ReadPolicy) -> str | None:
    """The class that a name stands for, or None for what is no class.

    Tried in this order: the policy's own aliases, the official names and their aliases, the
    ambiguous names as the policy reads them, the names known to be no class, the name without an
    article and without what follows it ("a foul by number 5"), and last the nearest known name
    by rapidfuzz's ratio, from the policy's cut-off up.

    >>> class_of("throw in", ReadPolicy()), class_of("Free-kick", ReadPolicy())
    ('Throw-in', 'Indirect free-kick')
    >>> class_of("Goal kick", ReadPolicy()) is None, class_of("Subsitution", ReadPolicy())
    (True, 'Substitution')
    """
    short = folded(name)
    for alias, label in policy.aliases.items():
        if folded(alias) == short:
            return label
    known = _known_class(short, policy)
    if known or short in NO_CLASS or short in HEADINGS:
        return known
    core = _TAIL.sub("", _ARTICLE.sub("", name[:_MOST_CHARACTERS]))
    if core and folded(core) != short:
        return class_of(core, policy)
    near = _nearest(short, policy.fuzzy_cutoff)
    return _known_class(near, policy) if near else None


@lru_cache(maxsize=4096)
def parts_of(name: str, policy: ReadPolicy) -> tuple[str, ...]:
    """The names in "Foul, Yellow card", each a class by itself; else the name alone.

    >>> parts_of("Foul / Yellow card", ReadPolicy()), parts_of("Yellow->red card", ReadPolicy())
    (('Foul', 'Yellow card'), ('Yellow->red card',))
    """
    if class_of(name, policy):
        return (name,)
    parts = tuple(part for part in _SEPARATORS.split(name[:_MOST_CHARACTERS]) if part.strip())
    if len(parts) > 1 and all(class_of(part, policy) for part in parts):
        return parts
    return (name,)


def _known_class(short: str, policy: ReadPolicy) -> str | None:
    if label := canonical_class(short):
        return label
    field = AMBIGUOUS.get(short)
    label = getattr(policy, field) if field else None
    return label if isinstance(label, str) else None


def _nearest(short: str, cutoff: float) -> str | None:
    if cutoff > 100:
        return None
    from rapidfuzz import fuzz, process

    found = process.extractOne(short, _KNOWN, scorer=fuzz.ratio, score_cutoff=cutoff)
    return found[0] if found else None
