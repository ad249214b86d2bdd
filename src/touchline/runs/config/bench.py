"""The benchmark as users write it: one YAML file, every error one sentence with its line."""

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Annotated, Any

import yaml
from pydantic import AfterValidator, Field, ValidationError, ValidationInfo

from touchline.bounded_reading import read_bounded_text
from touchline.errors import UserError, reason_of
from touchline.files import write_atomically
from touchline.games import SOCCERNET_V2, Task
from touchline.models import find_card
from touchline.planted_keys import refuse_planted_keys
from touchline.prompts import MatchContext, load_template
from touchline.replies import TASK, ReadPolicy
from touchline.runs.config.bench_task import BenchTask, read_task, with_task_settings
from touchline.runs.config.identity_settings import IdentitySettings
from touchline.runs.config.model_entry import ModelEntry, split_prompt
from touchline.runs.config.stopping_settings import StoppingSettings
from touchline.runs.run_folder import RunFolder
from touchline.runs.sweep.sweep_settings import SweepSettings
from touchline.scores import ScoringSettings
from touchline.seal import DamagedFileError, seal_lines, unseal_lines
from touchline.spots import MergeSettings
from touchline.validation import Settings, one_sentence, telling
from touchline.video import FrameSpec
from touchline.yaml_text import line_in_text, line_of, read_yaml, read_yaml_nodes, yaml_problem


def _half_of_task(number: int, info: ValidationInfo) -> int:
    """The number of a half that the task has."""
    task: Task | None = (info.context or {}).get(TASK)
    if task is None:  # of a plan, whose halves were read under its task
        return number
    if not 1 <= number <= task.halves:
        raise ValueError(f"halves of task '{task.name}' are {task.half_numbers}")
    return number


class DataSection(Settings):
    """Where the games are and which of them take part.

    `root` is relative to the benchmark's file; "builtin:demo" is the match that ships with
    touchline.
    """

    root: str
    games: tuple[str, ...] | None = None
    split: str | None = None
    halves: tuple[Annotated[int, AfterValidator(_half_of_task)], ...] = (1, 2)


class ContextSection(Settings):
    """Match context: given for each game, or read by a model from the first 15 seconds.

    `given` has the ids of games as keys; `ask` is a model, for the games that are not given.
    """

    given: dict[str, MatchContext] = Field(default_factory=dict)
    ask: ModelEntry | None = None
    prompt: str = "context.v1"


class Bench(Settings):
    """A benchmark: data and models are required, everything else has a default.

    Attributes:
        task: what is spotted: the classes that prompts list, replies name and labels have. In its
            file the name of a task, the path of a task's file, or all that such a file says.
        models: an entry may have a `prompt` beside the fields of its card.
    """

    data: DataSection
    models: Annotated[tuple[ModelEntry, ...], Field(min_length=1)]
    task: BenchTask = SOCCERNET_V2
    sampling: FrameSpec = FrameSpec()
    prompt: str = "base.v1"
    context: ContextSection | None = None
    reading: ReadPolicy = ReadPolicy()
    merging: MergeSettings = MergeSettings()
    scoring: ScoringSettings = ScoringSettings()
    identity: IdentitySettings = IdentitySettings()
    stopping: StoppingSettings | None = None
    sweep: SweepSettings | None = None

    @property
    def task_sampling(self) -> FrameSpec:
        """How frames are taken where neither the user nor a model's card says so."""
        return FrameSpec.model_validate(self.task.bench.get("sampling", {}))


_PAGE = "docs/benchmarks.md"


def read_bench(path: Path) -> Bench:
    """Reads a benchmark; paths of data and runs in it start from the folder of the file.

    Paths of prompts and cards start from the current folder, as they do on the command line.

    Raises:
        UserError: the file cannot be read, is not YAML, or is not a benchmark.
    """
    text = _text(path)
    bench = parse_bench(text, str(path), path.parent)
    for place, check in _named_things(bench):
        try:
            check()
        except UserError as error:
            raise UserError(f"{path}, line {line_in_text(text, place)}: {error}") from error
    return bench


def _named_things(bench: Bench) -> Iterator[tuple[tuple[int | str, ...], Callable[[], object]]]:
    """The cards and prompts that a benchmark names: where it does, and what finds them."""
    for number, entry in enumerate(bench.models):
        if isinstance(entry, dict):
            place = ("models", number)
            yield place, partial(lambda entry: find_card(split_prompt(entry)[0]), entry)
            if isinstance(entry.get("prompt"), str):
                yield (*place, "prompt"), partial(load_template, entry["prompt"], bench.task)
    yield ("prompt",), partial(load_template, bench.prompt, bench.task)
    if bench.context is not None:
        yield ("context", "prompt"), partial(load_template, bench.context.prompt, bench.task)
    for number, name in enumerate((bench.sweep and bench.sweep.prompt) or ()):
        yield ("sweep", "prompt", number), partial(load_template, name, bench.task)


def _text(path: Path) -> str:
    try:
        return read_bounded_text(path)
    except (OSError, UnicodeDecodeError) as error:
        raise UserError(f"benchmark {path} cannot be read: {reason_of(error)}.") from error


def run_bench_values(folder: Path) -> dict[str, Any]:
    """What is written in the benchmark of a run, as plain values.

    Raises:
        DamagedFileError: as of `run_bench_text`.
        UserError: it cannot be read, or is not a mapping in YAML.
    """
    path = RunFolder(folder).bench
    try:
        values = read_yaml(run_bench_text(folder))
    except yaml.YAMLError as error:
        raise UserError(f"benchmark {path} cannot be read: {reason_of(error)}.") from error
    if not isinstance(values, dict):
        raise UserError(f"benchmark {path} is not a benchmark.")
    return values


def read_run_bench(folder: Path) -> Bench:
    """The benchmark of a run, from its folder.

    Raises:
        DamagedFileError: it is not as it was written; a user's change has no checksum.
        UserError: it cannot be read.
    """
    path = RunFolder(folder).bench
    return parse_bench(run_bench_text(folder), str(path), folder)


def run_bench_text(folder: Path) -> str:
    """The text of a run's benchmark, without its checksum.

    Raises:
        DamagedFileError: it is not as it was written; a user's change has no checksum.
        UserError: it cannot be read.
    """
    path = RunFolder(folder).bench
    text = unseal_lines(_text(path))
    if text is None:
        raise DamagedFileError(
            f"{path} is not as it was written: `touchline run BENCH.yaml --out {folder}` writes it "
            "again; if you changed it by hand, delete its last line."
        )
    return text


def write_bench(bench: Bench, path: Path) -> None:
    """Writes a benchmark as the user wrote it, with its checksum: defaults are omitted."""
    write_bench_text(yaml.safe_dump(bench_values(bench), sort_keys=False), path)


def write_bench_text(text: str, path: Path) -> None:
    """Writes the text of a run's benchmark, with its checksum."""
    write_atomically(path, seal_lines(text))


def bench_values(bench: Bench) -> dict[str, Any]:
    """What the user wrote in the benchmark, as plain values."""
    values: dict[str, Any] = bench.model_dump(mode="json", exclude_unset=True)
    return values


def parse_bench(text: str, where: str, folder: Path) -> Bench:
    """A benchmark from the text of its file.

    Args:
        text: YAML.
        where: the file's name for error messages.
        folder: what relative paths start from.

    Raises:
        UserError: with the line and the nearest valid name.
    """
    try:
        values, node = read_yaml_nodes(text)
    except yaml.YAMLError as error:
        raise UserError(f"{where} is not valid YAML: {yaml_problem(error)}.") from error
    if not isinstance(values, dict):
        what = "is empty" if values is None else "is not a mapping of names to values"
        raise UserError(f"{where} {what}: a benchmark needs at least 'data' and 'models'.")
    refuse_planted_keys(values, where)
    task = read_task(values.get("task"), folder, where)
    values = with_task_settings(values, task)
    try:
        bench = Bench.model_validate(values, context={TASK: task})
    except ValidationError as error:
        number = line_of(node, telling(error)["loc"])
        sentence = one_sentence(error, Bench, _PAGE)
        raise UserError(f"{where}, line {number}: {sentence}") from error
    return _anchored(bench, folder)


def bench_of_video(root: Path, model: str, sampling: FrameSpec, task: str | None = None) -> Bench:
    """The benchmark of one model on a video.

    Args:
        root: the folder of the video.
        model: name of a model, or path of its card.
        sampling: what the user says of frames and windows.
        task: name of a task, or path of its file; None takes SoccerNet-v2.

    Raises:
        UserError: there is no such task, or what it says cannot be used.
    """
    found = read_task(task, Path(), "--task")
    values = {"data": DataSection(root=str(root)), "models": (model,), "sampling": sampling}
    told = values | ({} if task is None else {"task": task})
    return Bench.model_validate(with_task_settings(told, found), context={TASK: found})


def _anchored(bench: Bench, folder: Path) -> Bench:
    def anchored(path: str) -> str:
        return str((folder / Path(path).expanduser()).resolve())

    changed: dict[str, Any] = {}
    if not bench.data.root.startswith("builtin:"):
        changed["data"] = bench.data.model_copy(update={"root": anchored(bench.data.root)})
    adaptive = bench.sampling.adaptive
    if adaptive is not None and adaptive.run is not None:
        adaptive = adaptive.model_copy(update={"run": anchored(adaptive.run)})
        changed["sampling"] = bench.sampling.model_copy(update={"adaptive": adaptive})
    if bench.sweep is not None:
        changed["sweep"] = bench.sweep.anchored(anchored)
    return bench.model_copy(update=changed)
