"""The names of a task's events in all languages, with those that the user's policy adds."""

from dataclasses import replace
from functools import lru_cache

from touchline.games import Task, normalize_name
from touchline.replies.grammar.languages import common_words, languages, translations
from touchline.replies.read_policy import ReadPolicy

_MAX_NAME = 80
_PLURALS = (("", ""), ("s", ""), ("es", ""), ("ies", "y"))


@lru_cache(maxsize=8)
def in_all_languages(task: Task, policy: ReadPolicy) -> Task:
    """The task with the translations of its names, and the policy's aliases.

    A name of the task's own file is never changed by a translation.

    >>> from touchline.games import SOCCERNET_V2
    >>> task = in_all_languages(SOCCERNET_V2, ReadPolicy())
    >>> [task.canonical_class(name) for name in ("Tiro de esquina", "越位", "Gelbe Karte")]
    ['Corner', 'Offside', 'Yellow card']
    """
    rules = task.reading
    aliases: dict[str, str] = {}
    ambiguous: dict[str, str] = {}
    other: set[str] = set()
    for english, names in translations().items():
        if label := task.canonical_class(english):
            aliases |= dict.fromkeys(names, label)
        elif field := rules.ambiguous.get(english):
            ambiguous |= dict.fromkeys(names, field)
        elif english in rules.other_events:
            other.update(names)
    own = {*task.known_names(), *rules.ambiguous, *rules.other_events, *rules.headings}
    aliases = {name: label for name, label in aliases.items() if name not in own}
    phrases = [
        (phrase.pattern, phrase.name)
        for language in languages()
        for phrase in language.phrases
        if task.canonical_class(phrase.name)
    ]
    added, unclassed = _policys_names(policy)
    reading = replace(
        rules,
        ambiguous={**{n: f for n, f in ambiguous.items() if n not in aliases}, **rules.ambiguous},
        other_events=rules.other_events | (other - aliases.keys() - own) | unclassed,
        common_words=rules.common_words | common_words(),
        phrases=(*rules.phrases, *phrases),
    )
    return replace(task, aliases={**aliases, **task.aliases, **added}, reading=reading)


def _policys_names(policy: ReadPolicy) -> tuple[dict[str, str], frozenset[str]]:
    """The policy's aliases of classes, and its names that are no class."""
    named = {normalize_name(alias): label for alias, label in policy.aliases.items()}
    classes = {name: label for name, label in named.items() if label is not None}
    return classes, frozenset(named.keys() - classes.keys())


@lru_cache(maxsize=4096)
def name_rank(task: Task, name: str) -> int:
    """How well a task knows a name: 0 a class, 1 another event or a heading, 2 not at all.

    >>> from touchline.games import SOCCERNET_V2
    >>> [name_rank(SOCCERNET_V2, name) for name in ("Goal", "Shot", "Goal kick", "report_events")]
    [0, 0, 1, 2]
    """
    short = known_name(name[:_MAX_NAME], task)
    rules = task.reading
    if task.canonical_class(short) or short in rules.ambiguous:
        return 0
    return 1 if short in rules.other_events or short in rules.headings else 2


@lru_cache(maxsize=4096)
def known_name(written: str, task: Task) -> str:
    """The name that a task knows for one that may be in the plural, else the name, normalized.

    >>> from touchline.games import SOCCERNET_V2
    >>> [known_name(name, SOCCERNET_V2) for name in ("Yellow_Cards", "penalties", "Goals scored")]
    ['yellow card', 'penalty', 'goals scored']
    """
    name = normalize_name(written)
    rules = task.reading
    for ending, instead in _PLURALS:
        if name.endswith(ending):
            short = name.removesuffix(ending) + instead
            known = task.canonical_class(short) or short in rules.ambiguous
            if known or short in rules.other_events:
                return short
    return name
