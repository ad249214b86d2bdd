"""From the name that a model wrote to one of the task's classes."""

import re
from functools import lru_cache

from touchline.games import Task, normalize_name
from touchline.replies.grammar.languages import null_names
from touchline.replies.grammar.vocabulary import in_all_languages
from touchline.replies.read_policy import ReadPolicy

PLACEHOLDERS = frozenset({"event type", "eventtype", "label", "event label"})
"""Normalized names in the prompt's own example: a reply that shows them has echoed it."""

_MAX_CHARACTERS = 80
_CACHED_NAMES = 4096
_SEPARATORS = re.compile(r"\s*(?:[,;/|&+]|\band\b|\bor\b)\s*", re.IGNORECASE)
_ARTICLE = re.compile(r"^\s*(?:an?|the|possible|potential)\s+", re.IGNORECASE)
_TAIL = re.compile(
    r"\s*(?:[(\[:;–—]|\s-\s|\b(?:by|for|to|from|against|at|awarded|shown|given|taken|committed|called"
    r"|scored|detected|event)\b).*$",
    re.DOTALL | re.IGNORECASE,
)


@lru_cache(maxsize=_CACHED_NAMES)
def normalized(name: str) -> str:
    """`normalize_name`, cached: the same few names come back in every reply."""
    return normalize_name(name[:_MAX_CHARACTERS])


def is_null(name: str) -> bool:
    """Whether a label says that there was no event, in any language.

    >>> is_null("N/A"), is_null("No events."), is_null("没有事件"), is_null("Foul")
    (True, True, True, False)
    """
    return normalized(name) in null_names()


def is_placeholder(name: str) -> bool:
    """Whether a label is only the prompt's own example."""
    return normalized(name) in PLACEHOLDERS


class LabelReader:
    """Finds the classes that names stand for.

    Args:
        task: the classes, their aliases in all languages, and how other names are understood.
        policy: decides about ambiguous names.
    """

    def __init__(self, task: Task, policy: ReadPolicy) -> None:
        self.task = task
        self._policy = policy
        # Of two aliases with the same normalized name, the first counts.
        in_reverse = reversed(policy.aliases.items())
        self._aliases = {normalized(alias): label for alias, label in in_reverse}
        rules = task.reading
        known = (*task.known_names(), *rules.ambiguous, *sorted(rules.other_events))
        self._known_names = tuple(dict.fromkeys(known))
        self.class_of = lru_cache(maxsize=_CACHED_NAMES)(self._class_of)
        self.parts_of = lru_cache(maxsize=_CACHED_NAMES)(self._parts_of)

    def is_heading(self, name: str) -> bool:
        """Whether a name is only a heading of the prompt's list of classes."""
        return normalized(name) in self.task.reading.headings

    def _class_of(self, name: str) -> str | None:
        """The class that a name stands for, or None where it is not a class.

        Tried in this order: the policy's own aliases, the classes and their aliases, the ambiguous
        names as the policy reads them, the names known not to be a class, the name without an
        article and without what follows it ("a foul by number 5"), and last the nearest known name
        by rapidfuzz's ratio, if that reaches the policy's cutoff.
        """
        short = normalized(name)
        if short in self._aliases:
            return self._aliases[short]
        known = self._known_class(short)
        rules = self.task.reading
        if known or short in rules.other_events or short in rules.headings:
            return known
        core = _TAIL.sub("", _ARTICLE.sub("", name[:_MAX_CHARACTERS]))
        if core and normalized(core) != short:
            return self.class_of(core)
        nearest = self._nearest_name(short)
        return self._known_class(nearest) if nearest else None

    def _parts_of(self, name: str) -> tuple[str, ...]:
        """The names in "Foul, Yellow card" if each of them is a class; else the name alone."""
        if self.class_of(name):
            return (name,)
        parts = tuple(part for part in _SEPARATORS.split(name[:_MAX_CHARACTERS]) if part.strip())
        if len(parts) > 1 and all(self.class_of(part) for part in parts):
            return parts
        return (name,)

    def _known_class(self, short: str) -> str | None:
        if label := self.task.canonical_class(short):
            return label
        field = self.task.reading.ambiguous.get(short)
        label = getattr(self._policy, field, None) if field else None
        # The policy's defaults are classes of SoccerNet-v2, which another task need not have.
        return label if isinstance(label, str) and label in self.task.classes else None

    def _nearest_name(self, short: str) -> str | None:
        cutoff = self._policy.fuzzy_cutoff
        if cutoff > 100:
            return None
        from rapidfuzz import fuzz, process

        found = process.extractOne(short, self._known_names, scorer=fuzz.ratio, score_cutoff=cutoff)
        return found[0] if found else None


@lru_cache(maxsize=8)
def label_reader(task: Task, policy: ReadPolicy) -> LabelReader:
    """The reader of a task's labels under a policy.

    >>> from touchline.games import SOCCERNET_V2
    >>> labels = label_reader(SOCCERNET_V2, ReadPolicy())
    >>> labels.class_of("throw in"), labels.class_of("Free-kick"), labels.class_of("Subsitution")
    ('Throw-in', 'Indirect free-kick', 'Substitution')
    >>> labels.class_of("Goal kick") is None
    True
    >>> labels.parts_of("Foul / Yellow card"), labels.parts_of("Yellow->red card")
    (('Foul', 'Yellow card'), ('Yellow->red card',))
    """
    return LabelReader(in_all_languages(task, policy), policy)
