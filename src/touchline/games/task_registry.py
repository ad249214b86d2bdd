"""Tasks by name: those of touchline, and those of installed packages."""

import json
from collections.abc import Container, Iterator, Mapping
from dataclasses import fields
from functools import cache
from pathlib import Path
from typing import Any

from touchline.bounded_reading import read_bounded_text
from touchline.errors import UserError, reason_of
from touchline.games.task import FAMILIES, ClassStyle, ReadingRules, Task, normalize_name
from touchline.text import nearest_word

ENTRY_POINTS = "touchline.tasks"
"""Group of entry points whose packages hold tasks as YAML files."""

_SUFFIXES = (".yaml", ".yml")
_OWN_FILES = "soccernet-"
"""What the files of SoccerNet's tasks begin with, before the task's name."""

_OTHER_NAMES = {"ball-2": "ball"}
"""Names that a task is also found under."""


def find_task(name: str, folder: Path | None = None) -> Task:
    """The task of a name, or of a file.

    Args:
        name: of a built-in task, with or without "soccernet-" before it; of a package's; or the
            path of a YAML file.
        folder: what the path starts from; None takes the working directory.

    Raises:
        UserError: there is no such task, or a task's file cannot be read.
    """
    if Path(name).suffix in _SUFFIXES:
        return read_task_file((folder or Path()) / Path(name).expanduser())
    known = name.removeprefix(_OWN_FILES)
    known = _OTHER_NAMES.get(known, known)
    if known in _own_files():
        return _own_task(known)
    tasks = _all_tasks()
    if name not in tasks:
        nearest = nearest_word(name, tasks)
        raise UserError(
            f"unknown task '{name}'{nearest}: choose {', '.join(tasks)}, or give a file such as "
            "handball.yaml."
        )
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

    from touchline.yaml_text import read_yaml, yaml_problem

    try:
        text = read_bounded_text(file)
        values = read_yaml(text)
    except yaml.YAMLError as error:
        raise UserError(f"task {file} is not valid YAML: {yaml_problem(error)}.") from error
    except (OSError, UnicodeDecodeError) as error:
        raise UserError(f"task {file} cannot be read: {reason_of(error)}.") from error
    return task_of_facts(values, f"task {file}", text)


def task_of_facts(values: Any, where: str, text: str = "") -> Task:
    """The task that a mapping describes, as its file would.

    Args:
        values: see `TaskFile`.
        where: what to call it in errors.
        text: of the file, to name the line of an error.

    Raises:
        UserError: it is not a task.
    """
    from pydantic import ValidationError

    from touchline.games.task_file import TaskFile
    from touchline.validation import one_sentence, telling
    from touchline.yaml_text import line_in_text

    try:
        return _task(TaskFile.model_validate(values).model_dump())
    except ValidationError as error:
        sentence = one_sentence(error, TaskFile, "docs/tasks.md")
        line = f", line {line_in_text(text, telling(error)['loc'])}" if text else ""
        raise UserError(f"{where}{line}: {sentence}") from error


def task_facts(task: Task) -> str | dict[str, Any]:
    """What `find_task` or `task_of_facts` makes the task of: the name of one that comes with
    touchline, else all that its file says.
    """
    if task.name in _own_files() and _own_task(task.name) == task:
        return task.name
    facts = {one.name: getattr(task, one.name) for one in fields(task) if one.init}
    reading = {one.name: getattr(task.reading, one.name) for one in fields(task.reading)}
    phrases = [{"pattern": pattern, "name": name} for pattern, name in task.reading.phrases]
    facts["reading"] = reading | {"phrases": phrases}
    facts["styles"] = {name: style._asdict() for name, style in task.styles.items()}
    plain: dict[str, Any] = json.loads(json.dumps(facts, default=_listed))
    return plain


def _listed(value: object) -> object:
    return sorted(value) if isinstance(value, frozenset) else str(value)


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
            "styles": {name: _style(one) for name, one in values.get("styles", {}).items()}
            or _plain_styles(values),
            **{
                name: tuple(values[name])
                for name in ("teams", "tolerances", "period_start_minutes")
                if name in values
            },
            "reading": ReadingRules(
                ambiguous=reading.get("ambiguous", {}), phrases=phrases, **names
            ),
        }
    )


def _style(values: Any) -> ClassStyle:
    return ClassStyle(**values) if isinstance(values, Mapping) else ClassStyle(*values)


def _plain_styles(values: Mapping[str, Any]) -> dict[str, ClassStyle]:
    """Looks of the classes of a task that gives none: a colour for each group, a code of its own
    for each class.
    """
    groups = values.get("groups") or {name: [name] for name in values["classes"]}
    family = {
        name: FAMILIES[number % len(FAMILIES)]
        for number, names in enumerate(groups.values())
        for name in names
    }
    styles: dict[str, ClassStyle] = {}
    taken: set[str] = set()
    for name, colour in family.items():
        taken.add(code := _code(name, taken))
        styles[name] = ClassStyle(code, colour)
    return styles


def _code(name: str, taken: Container[str]) -> str:
    """Two letters that are not taken: of the words' beginnings, else of the name, else a number."""
    letters = [one for one in name.upper() if one.isalnum()] or ["X"]
    words = [word[0] for word in normalize_name(name).upper().split()]
    pairs = ["".join(words[:2])] if len(words) > 1 else []
    pairs += [letters[0] + second for second in letters[1:]]
    pairs += [letters[0] + str(number) for number in range(10)]
    return next((pair for pair in pairs if pair not in taken), letters[0])


@cache
def _own_files() -> Mapping[str, Path]:
    """The file of each task that comes with touchline, by the task's name."""
    folder = Path(__file__).with_name("tasks")
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
