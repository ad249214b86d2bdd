"""Tasks by name: those of touchline, and those of installed packages."""

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

from touchline.errors import UserError, reason_of
from touchline.games.task import ClassStyle, ReadingRules, Task
from touchline.text import nearest_word

ENTRY_POINTS = "touchline.tasks"
"""Group of entry points whose packages hold tasks as YAML files."""

_SUFFIXES = (".yaml", ".yml")
_OWN_FILES = "soccernet-"
"""What the files of the tasks that come with touchline begin with, before the task's name."""


def find_task(name: str, other_choices: Sequence[str] = ()) -> Task:
    """The task of a name.

    Args:
        name: of a built-in task, or of a package's.
        other_choices: what else can be chosen where a task is, for the message.

    Raises:
        UserError: there is no such task, or a task's file cannot be read.
    """
    if name in _own_files():
        return _own_task(name)
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
    import yaml
    from pydantic import ValidationError

    from touchline.games.task_file import TaskFile
    from touchline.validation import one_sentence
    from touchline.yaml_text import read_yaml, yaml_problem

    try:
        values = read_yaml(file.read_bytes())
        return _task(TaskFile.model_validate(values).model_dump())
    except yaml.YAMLError as error:
        raise UserError(f"task {file} is not valid YAML: {yaml_problem(error)}.") from error
    except (OSError, UnicodeDecodeError) as error:
        raise UserError(f"task {file} cannot be read: {reason_of(error)}.") from error
    except ValidationError as error:
        sentence = one_sentence(error, TaskFile.model_fields)
        raise UserError(f"task {file}: {sentence}") from error


def _task(values: Mapping[str, Any]) -> Task:
    """The task of a file's values."""
    reading = values.get("reading", {})
    phrases = tuple((one["pattern"], one["name"]) for one in reading.get("phrases", ()))
    names = {
        field: frozenset(reading.get(field, ()))
        for field in ("headings", "other_events", "common_words")
    }
    return Task(
        **{
            **values,
            "classes": tuple(values["classes"]),
            "groups": {name: tuple(part) for name, part in values.get("groups", {}).items()},
            "styles": {name: _style(one) for name, one in values.get("styles", {}).items()},
            "reading": ReadingRules(
                ambiguous=reading.get("ambiguous", {}), phrases=phrases, **names
            ),
        }
    )


def _style(values: Any) -> ClassStyle:
    return ClassStyle(**values) if isinstance(values, Mapping) else ClassStyle(*values)


@cache
def _own_files() -> Mapping[str, Path]:
    """The file of each task that comes with touchline, by the task's name."""
    folder = Path(str(resources.files("touchline.games") / "tasks"))
    return {file.stem.removeprefix(_OWN_FILES): file for file in sorted(folder.glob("*.yaml"))}


@cache
def _own_task(name: str) -> Task:
    from touchline.yaml_text import read_yaml

    return _task(read_yaml(_own_files()[name].read_bytes()))


def _all_tasks() -> Mapping[str, Task]:
    from touchline.registry import add_package_files

    built_in = {name: _own_task(name) for name in _own_files()}
    return add_package_files("task", ENTRY_POINTS, built_in, _tasks_in)


def _tasks_in(folder: Path) -> Iterator[tuple[str, Task]]:
    for file in sorted(folder.iterdir()):
        if file.suffix in _SUFFIXES:
            task = read_task_file(file)
            yield task.name, task
