"""All runs below some folders, each with its progress or its scores, from their files alone."""

import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import Any

from touchline.errors import UserError, reason_of
from touchline.report import Kind
from touchline.runs.planning.plan_file import PlanFile
from touchline.runs.results.status import ModelStatus, run_status
from touchline.runs.results.stored_scores import stored_rows
from touchline.runs.run_folder import RunFolder

_READERS = 8
"""Runs that are read at once: most of the time of a network file system is waiting."""


@dataclass(frozen=True, slots=True)
class ListedModel:
    """One row of one run.

    Attributes:
        run: the run's folder.
        model: name of the row.
        kind: what the row is of.
        games: number of games of the run.
        judged_on: the same for runs of the same halves and task, and for no others.
        scored: whether the run is finished, so that the row has scores.
        loose: average-mAP from 0 to 1; None where it was not scored.
        tight: likewise.
        coverage: share of windows answered readably, from 0 to 1; None before the run is scored.
        answered: windows with an answer; None once the run is scored.
        failed: windows whose last try failed, likewise.
        missing: windows that were not asked yet, likewise; None too where the questions of the
            model are not written yet.
    """

    run: Path
    model: str
    kind: Kind
    games: int
    judged_on: str
    scored: bool
    loose: float | None = None
    tight: float | None = None
    coverage: float | None = None
    answered: int | None = None
    failed: int | None = None
    missing: int | None = None

    def to_json(self) -> dict[str, Any]:
        """The same as plain values."""
        return {**asdict(self), "run": str(self.run)}


@dataclass(frozen=True, slots=True)
class RunList:
    """The runs below some folders.

    Attributes:
        models: the rows of all runs, run by run in the order of their paths; in a scored run by
            rank, otherwise in the order of the plan.
        runs: number of runs that could be read.
        scored: how many of them are scored.
        problems: the runs and folders that could not be read, each as a sentence.
    """

    models: tuple[ListedModel, ...]
    runs: int
    scored: int
    problems: tuple[str, ...]


def list_runs(folders: Sequence[Path]) -> RunList:
    """Lists every run below some folders.

    Of a scored run only the plan and the scores are read, of any other the journals too. Symbolic
    links to folders are not followed.

    Args:
        folders: where to look, at any depth; a run's own folder too.

    Raises:
        UserError: a folder does not exist.
    """
    problems: list[str] = []
    below = (path for folder in folders for path in _runs_below(folder, problems))
    found_at: dict[Path, Path] = {}
    for path in below:
        found_at.setdefault(path.resolve(), path)  # a folder may be named in several ways
    paths = list(found_at.values())
    with ThreadPoolExecutor(_READERS) as readers:
        found = list(readers.map(_read_run, paths))
    models: list[ListedModel] = []
    for one in found:
        if isinstance(one, str):
            problems.append(one)
        else:
            models.extend(one)
    runs = {model.run: model.scored for model in models}
    return RunList(tuple(models), len(runs), sum(runs.values()), tuple(problems))


def _runs_below(folder: Path, problems: list[str]) -> Iterator[Path]:
    if not folder.is_dir():
        raise UserError(f"{folder} is not a folder: name one that contains runs.")

    def note(error: OSError) -> None:
        problems.append(f"{error.filename} cannot be searched: {reason_of(error)}.")

    for path, inner, _ in os.walk(folder, onerror=note):
        if RunFolder(Path(path)).is_run:
            inner.clear()  # earlier results of a run are not runs
            yield Path(path)
        inner.sort()


def _read_run(folder: Path) -> list[ListedModel] | str:
    """The rows of a run, or why it cannot be read."""
    try:
        plan = PlanFile.read(folder)
        if RunFolder(folder).scores.is_file():
            return _scored(folder, plan)
        return _unscored(folder, plan)
    except UserError as error:
        return str(error)
    except (OSError, OverflowError) as error:  # a number of its plan may fit into no float
        return f"run {folder} cannot be read: {reason_of(error)}."


def _scored(folder: Path, plan: PlanFile) -> list[ListedModel]:
    in_run = partial(_row, folder, plan, _judged_on(plan), scored=True)
    return [
        in_run(row.model, row.kind, loose=row.loose, tight=row.tight, coverage=row.coverage)
        for row in stored_rows(folder)
    ]


def _unscored(folder: Path, plan: PlanFile) -> list[ListedModel]:
    in_run = partial(_row, folder, plan, _judged_on(plan), scored=False)
    return [
        in_run(one.model, entry.kind, **_counts(one))
        for one, entry in zip(run_status(folder), plan.models, strict=True)
    ]


def _row(
    folder: Path, plan: PlanFile, judged_on: str, model: str, kind: Kind, **facts: Any
) -> ListedModel:
    return ListedModel(folder, model, kind, len(plan.games), judged_on, **facts)


def _counts(status: ModelStatus) -> dict[str, int]:
    if not status.planned:
        return {}
    return {"answered": status.answered, "failed": status.failed, "missing": status.missing}


def _judged_on(plan: PlanFile) -> str:
    """A short name of a run's task and halves, which scores must share to be compared."""
    halves = sorted((game.id, half.number) for game in plan.games for half in game.halves)
    return sha256(repr((plan.task.name, halves)).encode()).hexdigest()[:8]
