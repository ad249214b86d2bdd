"""A spotting task: its classes, what they are also called, and the evaluator's rules."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from touchline.games.types import TEAM_PAIRS

MINUTES_OF_A_HALF = 120
"""What the evaluator reserves space for; later positions are moved to the last frame."""

HALF_LIMIT_MS = MINUTES_OF_A_HALF * 60_000

USUAL_METRIC = "loose"
"""What models are ranked by where a task names no other metric."""

_SCORED_PERIODS = 2
"""The evaluators of SoccerNet have room for two halves, whatever a video holds."""


FAMILIES = ("goal", "shot", "restart", "out", "foul", "card", "change", "other")
"""The colours that a class can have; the style sheet of reports says which they are."""


class ClassStyle(NamedTuple):
    """How a class is drawn.

    Attributes:
        code: two letters for where there is no space for the name.
        family: names the colour in the style sheet.
    """

    code: str
    family: str


@dataclass(frozen=True, slots=True)
class ReadingRules:
    """How names in a model's reply are understood; all names are normalized.

    Attributes:
        ambiguous: a name that several classes share, and the field of `ReadPolicy` that decides.
        headings: headings of the prompt's list of classes, which models give back as if they
            were classes.
        other_events: names that are not a class, though some look like one.
        common_words: names of classes that a sentence uses without meaning the event.
        phrases: what sentences say instead of a class's name: a regular expression, and the name
            that it stands for.
    """

    ambiguous: Mapping[str, str] = field(default_factory=dict)
    headings: frozenset[str] = frozenset()
    other_events: frozenset[str] = frozenset()
    common_words: frozenset[str] = frozenset()
    phrases: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Task:
    """What is spotted and how fine the evaluator's clock is.

    Attributes:
        name: the name on the command line.
        classes: class names in the evaluator's order, which is the order of every per-class array.
        fps: frames per second of the evaluator's grid.
        label_file: name of a game's file of labels.
        substrings: True where a label belongs to the first class whose name it contains.
        visibility: True where visible and unshown truths are also scored apart.
        aliases: normalized further names (see `normalize_name`) and their classes.
        groups: headings and the classes below them, as prompts list them.
        styles: how reports and the viewer draw the classes, in that order.
        events_per_game: how often each class happens in a game in general, where that is known.
        rates_source: where `events_per_game` comes from.
        hours_per_game: how long a game lasts, for the rates by the hour.
        starts_half: the class of the event with which every half begins, or None.
        reading: how names in a model's reply are understood.
        sport: as prompts call it.
        descriptions: what a class means, as prompts explain it; those that need it.
        teams: one of `TEAM_PAIRS`, or () where events have no team.
        periods: how many videos a game has, numbered from 1 in the names of their files; 0 where
            it has a single one, whose name has no number.
        period_start_minutes: what the match's clock shows when each period begins, in minutes; ()
            where it is not known, or starts at 0 in every period.
        metric: the metric of the leaderboard by which models are ranked.
        tolerances: full widths in seconds over which the task's own average-mAP is taken; () where
            it has none.
        storm_spacing: seconds under which two spots of a class count as a burst, by class; the
            others have the spacing of the real events.
        bench: the settings of a benchmark that suit the task, by section, where the user sets none.
    """

    name: str
    classes: tuple[str, ...]
    fps: int = 2
    label_file: str = "Labels-v2.json"
    substrings: bool = False
    visibility: bool = True
    aliases: Mapping[str, str] = field(default_factory=dict, repr=False)
    groups: Mapping[str, tuple[str, ...]] = field(default_factory=dict, repr=False)
    styles: Mapping[str, ClassStyle] = field(default_factory=dict, repr=False)
    events_per_game: Mapping[str, float] = field(default_factory=dict, repr=False)
    rates_source: str = field(default="", repr=False)
    hours_per_game: float = 1.5
    starts_half: str | None = None
    reading: ReadingRules = field(default_factory=ReadingRules, repr=False)
    sport: str = "soccer"
    descriptions: Mapping[str, str] = field(default_factory=dict, repr=False)
    teams: tuple[str, ...] = TEAM_PAIRS[0]
    periods: int = 2
    period_start_minutes: tuple[float, ...] = ()
    metric: str = USUAL_METRIC
    tolerances: tuple[float, ...] = ()
    storm_spacing: Mapping[str, float] = field(default_factory=dict, repr=False)
    bench: Mapping[str, Any] = field(default_factory=dict, repr=False)
    _index: Mapping[str, int] = field(init=False, repr=False, compare=False)
    _by_name: Mapping[str, str] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        index = {label: number for number, label in enumerate(self.classes)}
        by_name = {normalize_name(label): label for label in self.classes} | dict(self.aliases)
        object.__setattr__(self, "_index", index)
        object.__setattr__(self, "_by_name", by_name)

    def __hash__(self) -> int:
        # Tasks are part of the keys of caches that are read for every reply.
        return hash(self.name)

    @property
    def frames(self) -> int:
        """Frames of one half."""
        return MINUTES_OF_A_HALF * 60 * self.fps

    @property
    def halves(self) -> int:
        """How many halves of a game can be scored: a label of a later one is a mistake."""
        return max(self.periods, _SCORED_PERIODS)

    @property
    def half_numbers(self) -> str:
        """The numbers of its halves in words, such as "1 and 2"."""
        return "1 and 2" if self.halves == 2 else f"1 to {self.halves}"

    @property
    def half_ms(self) -> int:
        """How long a half lasts by the rules of the game, in ms; 0 for a clip of any length.

        >>> Task("v2", ("Goal",)).half_ms
        2700000
        """
        return round(self.hours_per_game * 3_600_000 / self.periods) if self.periods else 0

    def clock_start_ms(self, period: int) -> int | None:
        """What the match's clock shows when a period begins, in ms; None where it is not known.

        >>> task = Task("halves of 30 minutes", ("Goal",), period_start_minutes=(0, 30))
        >>> task.clock_start_ms(2), task.clock_start_ms(3)
        (1800000, None)
        """
        starts = self.period_start_minutes
        return round(60_000 * starts[period - 1]) if 1 <= period <= len(starts) else None

    @property
    def event_types(self) -> str:
        """The classes as a prompt lists them: one line per group, then what they mean."""
        groups = self.groups or {"Events": self.classes}
        lines = [f"- {heading}: {', '.join(names)}" for heading, names in groups.items()]
        told = [(name, text) for name in self.classes if (text := self.descriptions.get(name))]
        return "\n".join([*lines, *(f"{name}: {text}" for name, text in told)])

    def known_names(self) -> tuple[str, ...]:
        """The normalized names of all classes, and their aliases."""
        return tuple(self._by_name)

    def canonical_class(self, name: str) -> str | None:
        """The class that a name or an alias stands for without any doubt, or None.

        >>> task = Task("cards", ("Yellow card", "Red card"), aliases={"booking": "Yellow card"})
        >>> task.canonical_class("RED-card"), task.canonical_class("Booking")
        ('Red card', 'Yellow card')
        >>> task.canonical_class("card") is None
        True
        """
        return self._by_name.get(normalize_name(name))

    def class_index(self, label: str) -> int:
        """Index of a class among `classes`.

        Raises:
            KeyError: it is not a class of the task.
        """
        return self._index[label]

    def claim_class(self, label: str) -> int:
        """Index of a spot's class among `classes`, or -1 where it is none of them."""
        return self._index.get(label, -1)

    def label_class(self, label: str) -> str | None:
        """The class of a label as its file names it, or None where it is none of them."""
        if self.substrings:
            index = self.truth_class(label)
            return None if index < 0 else self.classes[index]
        return self.canonical_class(label)

    def truth_class(self, label: str) -> int:
        """Index of a label's class among `classes`, or -1 where it is none of them."""
        if self.substrings:
            return next((i for i, part in enumerate(self.classes) if part in label), -1)
        return self.claim_class(label)


def normalize_name(name: str) -> str:
    """The form in which names are compared: lower case, letters and digits, single spaces.

    >>> normalize_name(" SHOT_ON-target! ")
    'shot on target'
    """
    return re.sub(r"[\W_]+", " ", name.casefold()).strip()
