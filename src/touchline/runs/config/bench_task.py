"""The task of a benchmark, and what it sets where the user does not."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

from pydantic import InstanceOf, PlainSerializer, ValidationError

from touchline.errors import UserError
from touchline.games import SOCCERNET_V2, Task, find_task, task_facts, task_of_facts
from touchline.replies import TASK, ReadPolicy
from touchline.scores import METRIC_REGISTRY, ScoringSettings
from touchline.spots import MergeSettings
from touchline.text import nearest_word
from touchline.validation import Settings, field_names, one_sentence
from touchline.video import FrameSpec

BenchTask = Annotated[InstanceOf[Task], PlainSerializer(task_facts)]
"""A task as a field of settings: stored as its name, or as all that its file says, so that a run
does not depend on that file."""


_AMBIGUOUS = ("free_kick", "shot", "card")
"""The fields of `ReadPolicy` that say which class a name means that several share."""


class _TaskSettings(Settings):
    """What a task may set of a benchmark."""

    prompt: str = ""
    sampling: FrameSpec = FrameSpec()
    reading: ReadPolicy = ReadPolicy()
    merging: MergeSettings = MergeSettings()
    scoring: ScoringSettings = ScoringSettings()


def read_task(value: Any, folder: Path, where: str) -> Task:
    """The task that a benchmark names or describes.

    Args:
        value: what stands under `task`; None takes SoccerNet-v2.
        folder: what the path of a task's file starts from.
        where: the benchmark's file for error messages.

    Raises:
        UserError: there is no such task, or what it says cannot be used.
    """
    if value is None:
        task = SOCCERNET_V2
    elif isinstance(value, str):
        task = find_task(value, folder)
    elif isinstance(value, Mapping):
        task = task_of_facts(dict(value), f"{where}: task")
    else:
        raise UserError(f"{where}: task is {value!r}: expected the name of a task or of its file.")
    check_task(task)
    return task


def check_task(task: Task) -> None:
    """Refuses a task that ranks by no metric, or whose settings for benchmarks are not valid.

    Raises:
        UserError: as a sentence that names the task.
    """
    scores = [metric.name for metric in METRIC_REGISTRY.all() if metric.compute is not None]
    if task.metric not in scores:
        nearest = nearest_word(task.metric, scores)
        raise UserError(
            f"task '{task.name}': metric is '{task.metric}', not one of {', '.join(scores)}"
            f"{nearest}."
        )
    for name, field in task.reading.ambiguous.items():
        if field not in _AMBIGUOUS:
            nearest = nearest_word(field, _AMBIGUOUS)
            raise UserError(
                f"task '{task.name}': reading.ambiguous.{name} is '{field}', not one of "
                f"{', '.join(_AMBIGUOUS)}{nearest}."
            )
    try:
        _TaskSettings.model_validate(dict(task.bench), context={TASK: task})
    except ValidationError as error:
        sentence = one_sentence(error, field_names(_TaskSettings))
        raise UserError(f"task '{task.name}', bench: {sentence}") from error


def with_task_settings(values: Mapping[str, Any], task: Task) -> dict[str, Any]:
    """The values of a benchmark's file, and its task's where the file says nothing.

    A task's `sampling` is not among them: a model's card comes before it (see `Bench`).
    """
    found = dict(values)
    if found.get("task") is not None:
        found["task"] = task
    else:
        found.pop("task", None)
    for section, settings in task.bench.items():
        own = found.get(section, {} if isinstance(settings, Mapping) else None)
        if section == "sampling":
            continue
        if own is None:
            found[section] = settings
        elif isinstance(settings, Mapping) and isinstance(own, Mapping):
            found[section] = {**settings, **own}
    data = found.get("data")
    if isinstance(data, Mapping) and "halves" not in data and task.periods != _USUAL_PERIODS:
        found["data"] = {**data, "halves": list(range(1, max(task.periods, 1) + 1))}
    return found


_USUAL_PERIODS = 2
