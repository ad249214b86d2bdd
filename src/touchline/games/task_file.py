"""What the YAML file of a task may say.

Apart from the registry because pydantic takes a tenth of a second to import: the tasks that come
with touchline are checked by its tests, those of others whenever they are read.
"""

from typing import Annotated

from pydantic import Field, model_validator

from touchline.games.task import ClassStyle, normalize_name
from touchline.text import nearest_word
from touchline.validation import Settings


class _Phrase(Settings):
    pattern: str
    name: str


class _Reading(Settings):
    ambiguous: dict[str, str] = Field(default_factory=dict)
    headings: frozenset[str] = frozenset()
    other_events: frozenset[str] = frozenset()
    common_words: frozenset[str] = frozenset()
    phrases: tuple[_Phrase, ...] = ()


class TaskFile(Settings):
    """A task's YAML file; see `Task` for what the fields mean."""

    name: str
    classes: Annotated[tuple[str, ...], Field(min_length=1)]
    fps: Annotated[int, Field(ge=1)]
    label_file: str
    substrings: bool = False
    visibility: bool
    aliases: dict[str, str] = Field(default_factory=dict)
    groups: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    styles: dict[str, ClassStyle] = Field(default_factory=dict)
    events_per_game: dict[str, Annotated[float, Field(ge=0, allow_inf_nan=False)]] = Field(
        default_factory=dict
    )
    rates_source: str = ""
    starts_half: str | None = None
    reading: _Reading = _Reading()

    @model_validator(mode="after")
    def _names_known_classes(self) -> "TaskFile":
        grouped = [name for names in self.groups.values() for name in names]
        named = [*self.aliases.values(), *grouped, *self.styles, *self.events_per_game]
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
        if grouped and sorted(grouped) != sorted(self.classes):
            raise ValueError("groups must list every class exactly once")
        return self
