"""Two annotators of the same games: their agreement, and its row on a run's leaderboard."""

import json
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from touchline.errors import UserError, reason_of
from touchline.files import write_atomically
from touchline.games import ProblemLog, Task, read_label_files
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
        games: how many both annotated.
        loose: loose average-mAP of the one against the other, from 0 to 1.
        tight: tight average-mAP likewise.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    first: str
    second: str
    games: int = Field(ge=1)
    loose: float = Field(ge=0, le=1)
    tight: float = Field(ge=0, le=1)


def agree(
    first: Path, second: Path, task: Task, tolerance_s: float, problems: ProblemLog
) -> tuple[Agreement, list[str]]:
    """The agreement of two sources of labels, and remarks on games that only one has.

    Args:
        first: folder or zip of league/season/game/<the task's label file>.
        second: likewise.
        task: what was annotated.
        tolerance_s: full width of the window in which two events are one.
        problems: collects what is wrong with the files, or raises at the first.

    Raises:
        UserError: a file cannot be read, or no game is in both.
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
    return annotator_agreement(labels[0], labels[1], task, tolerance_s), remarks


def write_agreement(folder: Path, first: Path, second: Path, found: Agreement) -> None:
    """Writes an agreement into a run's folder, whose report then shows it.

    Raises:
        UserError: the folder is not a run.
    """
    PlanFile.read(folder)
    values = _AgreementFile(
        first=str(first),
        second=str(second),
        games=found.games,
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
    note = (
        f"what one annotator scores against another on {counted(found.games, 'game')}: "
        "a ceiling for every model"
    )
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
