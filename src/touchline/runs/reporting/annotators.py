"""Two annotators of the same games: their agreement, and its row on a run's leaderboard."""

import json
from collections.abc import Collection, Mapping
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from touchline.errors import UserError, reason_of
from touchline.files import write_atomically
from touchline.games import Label, ProblemLog, Task, games_called, read_label_files
from touchline.report import Row
from touchline.runs.planning.plan_file import PlanFile
from touchline.runs.run_folder import RunFolder
from touchline.scores import Agreement, annotator_agreement
from touchline.text import counted
from touchline.validation import one_sentence

HUMAN = "second annotator"
"""The name of the row that shows what one annotator scores against another."""


class _AgreementFile(BaseModel):
    """What of an agreement a run's folder holds.

    Attributes:
        first: the file or folder of the first annotator's labels, as the user gave it.
        second: that of the second.
        games: how many games of the run both annotated.
        run_games: how many labelled games the run has; None in a file of an earlier version, whose
            figures may be of other games than the run's.
        loose: loose average-mAP of the one against the other, from 0 to 1.
        tight: tight average-mAP likewise.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    first: str
    second: str
    games: int = Field(ge=1)
    run_games: int | None = Field(default=None, ge=1)
    loose: float = Field(ge=0, le=1)
    tight: float = Field(ge=0, le=1)


def agree(
    first: Path,
    second: Path,
    task: Task,
    tolerance_s: float,
    problems: ProblemLog,
    run: Path | None = None,
) -> tuple[Agreement, list[str]]:
    """The agreement of two sources of labels, and remarks on games that are left out.

    Args:
        first: folder or zip of league/season/game/<the task's label file>.
        second: likewise.
        task: what was annotated.
        tolerance_s: full width of the window in which two events are one.
        problems: collects what is wrong with the files, or raises at the first.
        run: a run, on whose labelled games and their halves alone it is measured.

    Raises:
        UserError: a file cannot be read, no game is in both, the folder is not a run, or the run is
            of another task or has none of these games.
    """
    labels = [read_label_files(source, task, problems=problems) for source in (first, second)]
    common = labels[0].keys() & labels[1].keys()
    if not common:
        raise UserError(f"{first} and {second} have no game in common: their ids must be the same.")
    remarks = [
        f"{counted(len(found) - len(common), 'game')} of {source} left out: the other has no labels"
        " of them."
        for source, found in zip((first, second), labels, strict=True)
        if len(found) > len(common)
    ]
    if run is not None:
        halves = _covered_halves(run, task, common)
        labels = [_in_halves(found, halves) for found in labels]
        remarks.append(_coverage_sentence(run, len(halves), len(common)))
    return annotator_agreement(labels[0], labels[1], task, tolerance_s), remarks


def _covered_halves(run: Path, task: Task, games: Collection[str]) -> dict[str, set[int]]:
    """The halves that a run covers of each of its labelled games, by what `games` calls it.

    Raises:
        UserError: the folder is not a run, or the run is of another task or has none of the games.
    """
    plan = PlanFile.read(run)
    if plan.task != task:
        raise UserError(
            f"run {run} is of task '{plan.task.name}', and the labels are read as those of "
            f"'{task.name}': choose the run's with --task."
        )
    found = {
        called[0]: {half.number for half in game.halves}
        for game in plan.games
        if game.labels is not None and (called := games_called(game.id, games))
    }
    if not found:
        raise UserError(
            f"run {run} has no labelled game that both annotators have: a ceiling of other games "
            "says nothing about its models."
        )
    return found


def _in_halves(
    labels: Mapping[str, list[Label]], halves: Mapping[str, set[int]]
) -> dict[str, list[Label]]:
    return {
        game: [label for label in labels[game] if label.half in numbers]
        for game, numbers in halves.items()
    }


def _coverage_sentence(run: Path, covered: int, common: int) -> str:
    labelled = len(PlanFile.read(run).labels())
    others = f"; {counted(common - covered, 'other game')} left out" if common > covered else ""
    return (
        f"agreement measured on {covered:,} of {counted(labelled, 'labelled game')} of run {run}, "
        f"in the halves that it covers{others}."
    )


def write_agreement(folder: Path, first: Path, second: Path, found: Agreement) -> None:
    """Writes an agreement on the games of a run into its folder, whose report then shows it.

    Raises:
        UserError: the folder is not a run.
    """
    plan = PlanFile.read(folder)
    values = _AgreementFile(
        first=str(first),
        second=str(second),
        games=found.games,
        run_games=len(plan.labels()),
        loose=found.loose,
        tight=found.tight,
    )
    write_atomically(RunFolder(folder).agreement, json.dumps(values.model_dump(), indent=1))


def human_ceiling(folder: Path) -> tuple[Row, ...]:
    """The row of a run's leaderboard that shows the agreement of annotators; none without one.

    Raises:
        UserError: the file cannot be read.
    """
    file = RunFolder(folder).agreement
    try:
        found = _AgreementFile.model_validate_json(file.read_bytes())
    except FileNotFoundError:
        return ()
    except (OSError, ValidationError) as error:
        reason = (
            one_sentence(error) if isinstance(error, ValidationError) else f"{reason_of(error)}."
        )
        raise UserError(f"run {folder}: {file.name} cannot be read: {reason}") from error
    if found.run_games is None:
        where = f"{counted(found.games, 'game')} that may not be the run's (measure it again)"
    else:
        where = f"{found.games:,} of {counted(found.run_games, 'labelled game')} of this run"
    note = f"what one annotator scores against another on {where}: a ceiling for every model"
    source = f"{Path(found.first).name} and {Path(found.second).name}"
    return (
        Row(
            model=HUMAN,
            kind="annotator",
            loose=found.loose,
            tight=found.tight,
            coverage=None,
            source=source,
            note=note,
        ),
    )
