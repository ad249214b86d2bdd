"""Tasks by name: those of touchline, and those of installed packages."""

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Annotated

import yaml
from pydantic import Field, ValidationError, model_validator

from touchline.errors import UserError, reason_of
from touchline.games.task import ClassStyle, ReadingRules, Task, normalize_name
from touchline.registry import add_package_files
from touchline.text import nearest_word
from touchline.validation import Settings, one_sentence
from touchline.yaml_text import read_yaml, yaml_problem

ENTRY_POINTS = "touchline.tasks"
"""Group of entry points whose packages hold tasks as YAML files."""

_SUFFIXES = (".yaml", ".yml")


class _Phrase(Settings):
    pattern: str
    name: str


class _Reading(Settings):
    ambiguous: dict[str, str] = Field(default_factory=dict)
    headings: frozenset[str] = frozenset()
    other_events: frozenset[str] = frozenset()
    common_words: frozenset[str] = frozenset()
    phrases: tuple[_Phrase, ...] = ()


class _TaskFile(Settings):
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
    def _names_known_classes(self) -> "_TaskFile":
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

    def task(self) -> Task:
        """The task that the file describes."""
        return Task(
            name=self.name,
            classes=self.classes,
            fps=self.fps,
            label_file=self.label_file,
            substrings=self.substrings,
            visibility=self.visibility,
            aliases=self.aliases,
            groups=self.groups,
            styles=self.styles,
            events_per_game=self.events_per_game,
            rates_source=self.rates_source,
            starts_half=self.starts_half,
            reading=ReadingRules(
                ambiguous=self.reading.ambiguous,
                headings=self.reading.headings,
                other_events=self.reading.other_events,
                common_words=self.reading.common_words,
                phrases=tuple((one.pattern, one.name) for one in self.reading.phrases),
            ),
        )


def find_task(name: str, other_choices: Sequence[str] = ()) -> Task:
    """The task of a name.

    Args:
        name: of a built-in task, or of a package's.
        other_choices: what else can be chosen where a task is, for the message.

    Raises:
        UserError: there is no such task, or a task's file cannot be read.
    """
    built_in = _built_in()
    if name in built_in:
        return built_in[name]
    tasks = _all_tasks()
    if name not in tasks:
        names = [*tasks, *other_choices]
        nearest = nearest_word(name, names)
        raise UserError(f"unknown task '{name}'{nearest}: choose {', '.join(names)}.")
    return tasks[name]


def task_names() -> list[str]:
    """Names of all tasks; those of touchline come first.

    Raises:
        UserError: a package of tasks cannot be imported, or has a task that cannot be read or whose
            name is taken.
    """
    return list(_all_tasks())


def read_task_file(file: Path) -> Task:
    """The task that a YAML file describes.

    Raises:
        UserError: it cannot be read, or is not a task.
    """
    try:
        values = read_yaml(file.read_bytes())
        return _TaskFile.model_validate(values).task()
    except yaml.YAMLError as error:
        raise UserError(f"task {file} is not valid YAML: {yaml_problem(error)}.") from error
    except (OSError, UnicodeDecodeError) as error:
        raise UserError(f"task {file} cannot be read: {reason_of(error)}.") from error
    except ValidationError as error:
        sentence = one_sentence(error, _TaskFile.model_fields)
        raise UserError(f"task {file}: {sentence}") from error


@cache
def _built_in() -> Mapping[str, Task]:
    folder = Path(str(resources.files("touchline.games") / "tasks"))
    return dict(_tasks_in(folder))


def _all_tasks() -> Mapping[str, Task]:
    return add_package_files("task", ENTRY_POINTS, _built_in(), _tasks_in)


def _tasks_in(folder: Path) -> Iterator[tuple[str, Task]]:
    for file in sorted(folder.iterdir()):
        if file.suffix in _SUFFIXES:
            task = read_task_file(file)
            yield task.name, task
