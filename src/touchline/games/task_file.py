"""What the YAML file of a task may say.

Apart from the registry because pydantic takes a tenth of a second to import: the tasks that come
with touchline are checked by its tests, those of others whenever they are read.
"""

import re
from dataclasses import fields
from typing import Annotated, Any

from pydantic import AfterValidator, Field, model_validator

from touchline.games.task import FAMILIES, ClassStyle, Task, normalize_name
from touchline.games.types import TEAM_PAIRS
from touchline.text import nearest_word
from touchline.validation import Settings

_DEFAULTS: dict[str, Any] = {one.name: one.default for one in fields(Task)}
"""What a task is where its file does not say."""

_LONGEST_NAME = 80
_LONGEST_TEXT = 400


def _plain(text: str, longest: int) -> str:
    """A text that may become a part of a prompt, of a page and of a schema."""
    if not text.strip() or len(text) > longest or not text.isprintable() or set(text) & set("{}"):
        raise ValueError(f"it must be one line of at most {longest} characters without braces")
    return text


def _file_name(name: str) -> str:
    if name != name.strip() or not name.isprintable() or set(name) & set("/\\") or name[:1] == ".":
        raise ValueError("it must be the name of a file, without a folder")
    return name


def _known_family(style: ClassStyle) -> ClassStyle:
    if style.family not in FAMILIES:
        nearest = nearest_word(style.family, FAMILIES)
        raise ValueError(f"family '{style.family}' is not one of {', '.join(FAMILIES)}{nearest}")
    _plain(style.code, 3)
    return style


def _pair(teams: tuple[str, ...]) -> tuple[str, ...]:
    if teams and teams not in TEAM_PAIRS:
        pairs = " or ".join(f"[{first}, {second}]" for first, second in TEAM_PAIRS)
        raise ValueError(f"it must be {pairs}, or [] where events have no team")
    return teams


_Name = Annotated[str, AfterValidator(lambda text: _plain(text, _LONGEST_NAME))]
_Description = Annotated[str, AfterValidator(lambda text: _plain(text, _LONGEST_TEXT))]
_Seconds = Annotated[float, Field(gt=0, le=3600)]


def _expression(pattern: str) -> str:
    try:
        re.compile(pattern)
    except re.error as error:
        raise ValueError(f"it is not a regular expression: {error}") from error
    return pattern


class _Phrase(Settings):
    pattern: Annotated[str, AfterValidator(_expression), Field(max_length=1000)]
    name: str


class _Reading(Settings):
    ambiguous: dict[str, str] = Field(default_factory=dict)
    headings: frozenset[str] = frozenset()
    other_events: frozenset[str] = frozenset()
    common_words: frozenset[str] = frozenset()
    phrases: tuple[_Phrase, ...] = ()


class TaskFile(Settings):
    """A task's YAML file; see `Task` for what the fields mean."""

    name: _Name
    classes: Annotated[tuple[_Name, ...], Field(min_length=1, max_length=500)]
    fps: Annotated[int, Field(ge=1, le=240)]
    label_file: Annotated[str, AfterValidator(_file_name)]
    substrings: bool = False
    visibility: bool = False
    aliases: dict[str, str] = Field(default_factory=dict)
    groups: dict[_Name, tuple[str, ...]] = Field(default_factory=dict)
    styles: dict[str, Annotated[ClassStyle, AfterValidator(_known_family)]] = Field(
        default_factory=dict
    )
    events_per_game: dict[str, Annotated[float, Field(ge=0, allow_inf_nan=False)]] = Field(
        default_factory=dict
    )
    rates_source: str = ""
    hours_per_game: Annotated[float, Field(gt=0, le=24)] = _DEFAULTS["hours_per_game"]
    starts_half: str | None = None
    reading: _Reading = _Reading()
    sport: _Name = _DEFAULTS["sport"]
    descriptions: dict[str, _Description] = Field(default_factory=dict)
    teams: Annotated[tuple[str, ...], AfterValidator(_pair)] = _DEFAULTS["teams"]
    periods: Annotated[int, Field(ge=0, le=9)] = _DEFAULTS["periods"]
    period_start_minutes: Annotated[
        tuple[Annotated[float, Field(ge=0, le=600)], ...], Field(max_length=9)
    ] = ()
    metric: str = _DEFAULTS["metric"]
    tolerances: Annotated[tuple[_Seconds, ...], Field(max_length=100)] = ()
    storm_spacing: dict[str, _Seconds] = Field(default_factory=dict)
    bench: dict[str, Any] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _names_known_classes(self) -> "TaskFile":
        grouped = [name for names in self.groups.values() for name in names]
        named = [*self.aliases.values(), *grouped, *self.styles, *self.events_per_game]
        named += [*self.descriptions, *self.storm_spacing]
        named += [] if self.starts_half is None else [self.starts_half]
        for name in named:
            if name not in self.classes:
                nearest = nearest_word(name, self.classes)
                raise ValueError(f"'{name}' is not one of the classes{nearest}")
        for alias in self.aliases:
            if alias != normalize_name(alias):
                raise ValueError(f"alias '{alias}' must be written '{normalize_name(alias)}'")
        if self.events_per_game and not self.rates_source:
            raise ValueError("events_per_game needs rates_source, which says where they come from")
        by_name: dict[str, str] = {}
        for name in self.classes:
            if (same := by_name.setdefault(normalize_name(name), name)) != name:
                raise ValueError(f"classes '{same}' and '{name}' are one name to a reader")
        if len(set(self.classes)) != len(self.classes):
            raise ValueError("classes must be listed once each")
        if list(self.tolerances) != sorted(set(self.tolerances)):
            raise ValueError("tolerances must ascend")
        if self.metric == "task_map" and not self.tolerances:
            raise ValueError("metric 'task_map' needs tolerances, over which it is taken")
        if grouped and sorted(grouped) != sorted(self.classes):
            raise ValueError("groups must list every class exactly once")
        return self

    @model_validator(mode="after")
    def _starts_of_its_periods(self) -> "TaskFile":
        starts = self.period_start_minutes
        if starts and len(starts) != self.periods:
            raise ValueError(
                f"period_start_minutes needs one number a period: it has {len(starts)}, and "
                f"periods is {self.periods}"
            )
        if list(starts) != sorted(set(starts)):
            raise ValueError("period_start_minutes must ascend")
        return self
