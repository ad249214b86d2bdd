"""`served/<model>.json`: who answers for a model of a run, as a typed file."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from touchline.runs.run_folder import RunFolder


class ServedModel(BaseModel):
    """Who answers for a model of a run; the content of its file.

    Attributes:
        asked: the facts that the model was known by when it first answered; for another one the
            file counts for nothing.
        identity: who gave the first answer, see `ServedBy.identity`.
        others: who else gave answers that count in the row.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    asked: dict[str, Any]
    identity: str
    others: tuple[str, ...] = ()


def read_served(folder: Path, name: str, asked: Mapping[str, Any]) -> ServedModel | None:
    """Who answers for a model of a run, or None where nobody has said so yet.

    Args:
        folder: the run.
        name: of the model.
        asked: the model's identity in the plan; what was recorded of another one does not count.
    """
    try:
        found = ServedModel.model_validate_json(RunFolder(folder).served(name).read_bytes())
    except (OSError, ValidationError):
        return None
    return found if found.asked == _plain(asked) else None


def served_by(asked: Mapping[str, Any], identity: str) -> ServedModel:
    """Who answers for a model, as it is written down.

    Args:
        asked: the model's identity in the plan.
        identity: who gave the first answer.
    """
    return ServedModel(asked=_plain(asked), identity=identity)


def _plain(identity: Mapping[str, Any]) -> dict[str, Any]:
    """The facts as they are read back from JSON."""
    found: dict[str, Any] = json.loads(json.dumps(identity, default=str))
    return found
