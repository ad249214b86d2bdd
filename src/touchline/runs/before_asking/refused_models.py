"""`refused.json`: the models of a run that cannot be asked, each with its reason."""

from collections.abc import Mapping
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from touchline.errors import UserError
from touchline.files import remove_file, write_atomically
from touchline.models import why_not_askable
from touchline.runs.planning.plan import Plan
from touchline.runs.planning.shards import open_positions
from touchline.runs.run_folder import RunFolder, without_cell


class _RefusedFile(BaseModel):
    model_config = ConfigDict(frozen=True)

    refused: dict[str, str]


def refused_at_start(plan: Plan, folder: Path, *, weights: bool = True) -> dict[str, str]:
    """The models of a plan that have windows to ask and cannot be asked, with the reasons.

    Args:
        plan: the benchmark.
        folder: of the run.
        weights: whether weights have to be on this machine already.
    """
    found = {}
    for model in plan.models:
        if model.card.is_baseline or _is_answered(folder, model.name):
            continue
        if reason := why_not_askable(model.card, weights=weights):
            # The cells of a sweep have one reason, which is about their model.
            found[model.name] = reason.replace(model.name, without_cell(model.name))
    return found


def write_refused(folder: Path, refused: Mapping[str, str]) -> None:
    """Keeps why models of a run could not be asked; without any, the file is removed."""
    file = RunFolder(folder).refused
    if refused:
        write_atomically(file, _RefusedFile(refused=dict(refused)).model_dump_json(indent=1))
    else:
        remove_file(file)


def read_refused(folder: Path) -> dict[str, str]:
    """Why models of a run could not be asked at its last start, by name.

    Raises:
        UserError: the file cannot be read.
    """
    file = RunFolder(folder).refused
    try:
        return _RefusedFile.model_validate_json(file.read_bytes()).refused
    except FileNotFoundError:
        return {}
    except (OSError, ValidationError) as error:
        raise UserError(f"{file} cannot be read: delete it; the next start writes it.") from error


def _is_answered(folder: Path, model: str) -> bool:
    """Whether nothing of a model is left to ask, as far as its questions are written."""
    is_planned = RunFolder(folder).questions(model).is_file()
    return is_planned and not len(open_positions(folder, model))
