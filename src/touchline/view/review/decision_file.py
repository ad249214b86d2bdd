"""The decisions of one annotator, as a file in the run's folder."""

import json
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from touchline.errors import UserError, reason_of
from touchline.files import write_atomically
from touchline.games import Label
from touchline.validation import one_sentence
from touchline.view.review.choices import Choice

FILE = "review.json"


class Decision(BaseModel):
    """One decision.

    Attributes:
        choice: what was decided.
        before: the label that was in question, or None.
        after: the label that stands in its place, or None.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    choice: Choice
    before: Label | None
    after: Label | None


class Decisions(BaseModel):
    """All decisions of one annotator.

    Attributes:
        version: of this format.
        finished: whether the annotator has finished: nothing is decided afterwards.
        decided: by the key of the item.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    version: int = Field(default=1, ge=1, le=1)
    finished: bool = False
    decided: dict[str, Decision] = {}


def read_decisions(folder: Path) -> Decisions:
    """The decisions in an annotator's folder; none where there is no file.

    Raises:
        UserError: the file cannot be read.
    """
    file = folder / FILE
    try:
        return Decisions.model_validate_json(file.read_bytes())
    except FileNotFoundError:
        return Decisions()
    except (OSError, ValidationError) as error:
        reason = one_sentence(error) if isinstance(error, ValidationError) else reason_of(error)
        raise UserError(
            f"{file} cannot be read: {reason} Move it away to review from the beginning."
        ) from error


def write_decisions(folder: Path, decisions: Decisions) -> None:
    """Replaces an annotator's decisions."""
    text = json.dumps(decisions.model_dump(mode="json"), indent=1, ensure_ascii=False)
    write_atomically(folder / FILE, text + "\n")
