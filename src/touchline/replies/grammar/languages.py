"""The languages that replies are read in: one file each in `languages/`, and all at once.

A reply does not say in which language it is, and models mix them, so all languages are read
together; their files are written so that no word means two things.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from functools import cache
from importlib import resources

import yaml
from pydantic import Field

from touchline.games import normalize_name
from touchline.validation import Settings

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class Phrase(Settings):
    """What sentences say instead of a class's name.

    Attributes:
        pattern: a regular expression, in lower case.
        name: the name that it stands for.
    """

    pattern: str
    name: str


class Teams(Settings):
    """Words for the two sides."""

    home: tuple[str, ...] = ()
    away: tuple[str, ...] = ()


class ProseWords(Settings):
    """What structures a sentence; every entry is a regular expression in lower case.

    Attributes:
        unspaced: whether the language writes no spaces between words.
        negations: deny the events after them, up to the end of their clause.
        negation_endings: negations that are the end of a word.
        after: deny the event before them.
        contrasts: begin a clause of their own.
        exceptions: "other than": what follows is claimed, whatever is denied before.
        doubts: make a claim less sure.
        joins: join the names of a list.
        others: stand after the last join of a list, in place of more names.
        articles: stand between the names of a list.
        corrections: begin a sentence that takes something back.
        nothing: say that there is no event at all.
        happens: follow a name that also means something else where the event is meant.
        one: stand before such a name where the event is meant, if a moment follows.
        seen: may stand between that name and the moment.
    """

    unspaced: bool = False
    negations: tuple[str, ...] = ()
    negation_endings: tuple[str, ...] = ()
    after: tuple[str, ...] = ()
    contrasts: tuple[str, ...] = ()
    exceptions: tuple[str, ...] = ()
    doubts: tuple[str, ...] = ()
    joins: tuple[str, ...] = ()
    others: tuple[str, ...] = ()
    articles: tuple[str, ...] = ()
    corrections: tuple[str, ...] = ()
    nothing: tuple[str, ...] = ()
    happens: tuple[str, ...] = ()
    one: tuple[str, ...] = ()
    seen: tuple[str, ...] = ()


class TimeWords(Settings):
    """How sentences name a moment.

    Attributes:
        at: stand before it.
        about: may follow those.
        seconds: the unit.
        to: stand between the two ends of a range.
        frame: stand before the number of a frame.
    """

    at: tuple[str, ...] = ()
    about: tuple[str, ...] = ()
    seconds: tuple[str, ...] = ()
    to: tuple[str, ...] = ()
    frame: tuple[str, ...] = ()


class Language(Settings):
    """The words of one language.

    Attributes:
        language: its ISO 639-1 code.
        null_names: labels and answers that say that nothing happened.
        yes: values that claim an event.
        no: values that deny one.
        denials: words with which a longer value denies.
        keys: further aliases of keys, by role (see `keys.yaml`).
        teams: words for the two sides.
        confidences: words for how sure, and the English word that each stands for.
        names: names of events by their English name: a class of a task in lower case without
            punctuation, or another name that a task's file knows.
        phrases: what sentences say instead of a name.
        common_words: names that a sentence uses without meaning the event.
        prose: what structures a sentence.
        time: how sentences name a moment.
        lead_ins: what stands before the colon of an answer.
        final_lead_ins: what stands before the colon of an answer that replaces earlier ones.
        reasoning_lead_ins: what stands before the colon of a text that reasons before it answers.
        retractions: what a sentence says after which what was said before no longer counts.
        refusals: how models decline to answer.
        cannot_look: that a model cannot look at images, a refusal whatever else is said.
    """

    language: str
    null_names: tuple[str, ...] = ()
    yes: tuple[str, ...] = ()
    no: tuple[str, ...] = ()
    denials: tuple[str, ...] = ()
    keys: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    teams: Teams = Teams()
    confidences: dict[str, str] = Field(default_factory=dict)
    names: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    phrases: tuple[Phrase, ...] = ()
    common_words: tuple[str, ...] = ()
    prose: ProseWords = ProseWords()
    time: TimeWords = TimeWords()
    lead_ins: tuple[str, ...] = ()
    final_lead_ins: tuple[str, ...] = ()
    reasoning_lead_ins: tuple[str, ...] = ()
    retractions: tuple[str, ...] = ()
    refusals: tuple[str, ...] = ()
    cannot_look: tuple[str, ...] = ()


@cache
def languages() -> tuple[Language, ...]:
    """All languages, English first."""
    folder = resources.files("touchline.replies.grammar") / "languages"
    files = sorted(folder.iterdir(), key=lambda file: (file.name != "en.yaml", file.name))
    return tuple(
        Language.model_validate(yaml.load(file.read_bytes(), Loader=_LOADER))  # noqa: S506
        for file in files
        if file.name.endswith(".yaml")
    )


@cache
def null_names() -> frozenset[str]:
    """Normalized names by which a reply says that nothing happened."""
    return frozenset({"", *_with_plain_forms(n for one in languages() for n in one.null_names)})


@cache
def yes_words() -> frozenset[str]:
    """Normalized values that claim an event."""
    return frozenset(_with_plain_forms(word for one in languages() for word in one.yes))


@cache
def no_words() -> frozenset[str]:
    """Normalized values that deny an event."""
    return frozenset(_with_plain_forms(word for one in languages() for word in one.no))


@cache
def team_words() -> Mapping[str, str]:
    """Normalized words for a side, and "home" or "away"."""
    words: dict[str, str] = {}
    for one in languages():
        words |= dict.fromkeys(_with_plain_forms(one.teams.home), "home")
        words |= dict.fromkeys(_with_plain_forms(one.teams.away), "away")
    return words


@cache
def confidence_words() -> Mapping[str, str]:
    """Words for how sure in other languages, and the English word that each stands for."""
    return {
        form: english
        for one in languages()
        for word, english in one.confidences.items()
        for form in _with_plain_forms([word])
    }


@cache
def translations() -> Mapping[str, tuple[str, ...]]:
    """Normalized names of events in other languages, by their normalized English name."""
    names: dict[str, list[str]] = {}
    for one in languages():
        for english, translated in one.names.items():
            names.setdefault(normalize_name(english), []).extend(_with_plain_forms(translated))
    return {english: tuple(dict.fromkeys(found)) for english, found in names.items()}


@cache
def common_words() -> frozenset[str]:
    """Normalized names that a sentence in another language uses without meaning the event."""
    return frozenset(_with_plain_forms(word for one in languages() for word in one.common_words))


def _with_plain_forms(words: Iterable[str]) -> list[str]:
    """The normalized words, each also without its accents, as hurried models write them."""
    forms: list[str] = []
    for word in words:
        name = normalize_name(word)
        parts = unicodedata.normalize("NFD", name)
        plain = "".join(one for one in parts if not unicodedata.combining(one))
        forms += [name, unicodedata.normalize("NFC", plain)]
    return list(dict.fromkeys(forms))


def any_word(words_by_language: Iterable[tuple[bool, Iterable[str]]]) -> str:
    r"""A regular expression for any of some words, with word boundaries where a language has them.

    Args:
        words_by_language: whether the language is unspaced, and its regular expressions.

    >>> re.findall(any_word([(False, ["no"]), (True, ["没有"])]), "no, north 没有球")
    ['no', '没有']
    """
    spaced = [word for unspaced, words in words_by_language if not unspaced for word in words]
    unspaced = [word for is_so, words in words_by_language if is_so for word in words]
    parts = [rf"\b(?:{'|'.join(spaced)})(?!\w)"] if spaced else []
    return "|".join([*parts, *unspaced]) or r"(?!)"


def prose_words(field: str) -> str:
    """A regular expression for any word of a field of `ProseWords`, in all languages."""
    return any_word([(one.prose.unspaced, getattr(one.prose, field)) for one in languages()])


def patterns(field: str) -> re.Pattern[str]:
    """The regular expressions of a field of `Language` in all languages, as one."""
    listed = [(one.prose.unspaced, getattr(one, field)) for one in languages()]
    return re.compile(any_word(listed), re.IGNORECASE)
