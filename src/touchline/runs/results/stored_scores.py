"""`scores.json`: the leaderboard and all figures of a finished run, as a typed file."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from touchline.bounded_reading import read_bounded
from touchline.errors import UserError, reason_of
from touchline.files import remove_file, write_atomically
from touchline.report import Kind, leaderboard_json
from touchline.runs.results.leaderboard import Leaderboard
from touchline.runs.run_folder import RunFolder
from touchline.scores import Interval
from touchline.validation import one_sentence


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore", protected_namespaces=())


class StoredRow(_Part):
    """What is read back of a row: its figures are computed again from the spots.

    Attributes:
        model: its name.
        kind: what the row is of.
        control_of: of a control, the name of its model; "" for every other row.
        coverage: share of windows answered readably, from 0 to 1.
        loose: average-mAP from 0 to 1; None where it was not scored.
        tight: likewise.
    """

    model: str
    kind: Kind
    control_of: str = ""
    coverage: float
    loose: float | None = None
    tight: float | None = None


class _StoredInterval(_Part):
    value: float
    low: float | None = None
    high: float | None = None


class _StoredIntervals(_Part):
    intervals: Mapping[str, _StoredInterval] = Field(default_factory=dict)


VERSION = 2
"""Of the file: version 2 has the games of a row, intervals by the jackknife (null where games are
too few), those of classes, and no "warning". Files without a version are of version 1.
"""


class _StoredRows(_Part):
    leaderboard: tuple[StoredRow, ...]


_Scores = TypeVar("_Scores", bound=_Part)


class ScoresFile(_Part):
    """The scores of a run as they are stored in its folder.

    Attributes:
        version: of the file.
        leaderboard: best first.
        models: all figures of every scored model (`ScoreSheet.to_json`).
    """

    version: int = 1
    leaderboard: tuple[StoredRow, ...]
    models: Mapping[str, Any]

    @classmethod
    def read(cls, folder: Path) -> "ScoresFile":
        """The scores of a run.

        Raises:
            UserError: the run is not finished, or the file cannot be read.
        """
        return _read(cls, folder)

    def intervals(self, model: str, folder: Path) -> dict[str, Interval]:
        """The intervals of a model's figures, by metric; none where it was not scored.

        Args:
            model: its name.
            folder: the run's, for messages.

        Raises:
            UserError: they cannot be read.
        """
        sheet = self.models.get(model)
        beyond = sheet.get("beyond") if isinstance(sheet, dict) else None
        try:
            found = _StoredIntervals.model_validate(beyond or {})
        except ValidationError as error:
            raise UserError(
                f"run {folder}: {RunFolder(folder).scores.name} cannot be read: the intervals of "
                f"'{model}': {one_sentence(error)}"
            ) from error
        return {
            name: Interval(one.value, one.low, one.high) for name, one in found.intervals.items()
        }


def stored_rows(folder: Path) -> tuple[StoredRow, ...]:
    """The rows of a run's leaderboard, best first, without the figures of their models.

    These are most of the file, and none of them is made into values: it takes a third of the time
    of `ScoresFile.read`.

    Raises:
        UserError: the run is not finished, or the file cannot be read.
    """
    return _read(_StoredRows, folder).leaderboard


def _read(form: type[_Scores], folder: Path) -> _Scores:
    file = RunFolder(folder).scores
    try:
        return form.model_validate_json(read_bounded(file))
    except FileNotFoundError:
        raise UserError(
            f"run {folder} is not finished: finish it with `touchline run {folder}`."
        ) from None
    except (OSError, ValidationError) as error:
        reason = (
            one_sentence(error) if isinstance(error, ValidationError) else f"{reason_of(error)}."
        )
        raise UserError(f"run {folder}: {file.name} cannot be read: {reason}") from error


def withdraw_scores(folder: Path) -> None:
    """Takes back the scores of a run whose spots are about to change.

    A run that is stopped on the way is then not finished, and says so, instead of having scores of
    other spots than those that lie beside them.
    """
    remove_file(RunFolder(folder).scores)


def write_scores(folder: Path, leaderboard: Leaderboard) -> None:
    """Writes the scores of a run into its folder."""
    write_atomically(RunFolder(folder).scores, scores_text(leaderboard))


def scores_text(leaderboard: Leaderboard) -> str:
    """The scores of a run as its file has them."""
    sheets = {model: sheet.to_json() for model, sheet in leaderboard.sheets.items()}
    values = {
        "version": VERSION,
        "leaderboard": leaderboard_json(leaderboard.rows),
        "models": sheets,
    }
    return json.dumps(values, indent=1)
