"""One row of the leaderboard is one served model: the first that answered, and no other."""

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from touchline.files import remove_file, whole_file, write_atomically
from touchline.models import EndpointCard, Failure, FailureReason
from touchline.replies import Record
from touchline.runs.config.bench import read_run_bench
from touchline.runs.planning.plan import PlannedModel
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


class IdentityGuard:
    """Compares who gives each answer of a model with who gave the first.

    Endpoints are watched, and checkpoints of the hub, whose commit is part of who they are. A local
    folder is identified by its content, in the key of every reply.

    Args:
        folder: the run.
        model: that is asked.
    """

    def __init__(self, folder: Path, model: PlannedModel) -> None:
        self._folder, self._model = folder, model
        self._is_endpoint = isinstance(model.card, EndpointCard)
        self._keeps = read_run_bench(folder).identity.when_changed == "keep"
        self._served = read_served(folder, model.name, model.identity)
        self.changed: str | None = None

    def check(self, record: Record) -> Record:
        """The record; a failure in its place where somebody else than before answered.

        After the first such answer, `changed` is a sentence that says what happened.
        """
        answer = record.answer
        if isinstance(answer, Failure) or answer.served.identity is None:
            return record
        if not self._is_endpoint and answer.served.version is None:
            return record
        identity = answer.served.identity
        if self._served is None:
            self._served = self._first(identity)
        if identity == self._served.identity or identity in self._served.others:
            return record
        if self._keeps:
            others = (*self._served.others, identity)
            self._served = self._served.model_copy(update={"others": others})
            write_atomically(self._file, self._served.model_dump_json())
            return record
        first = self._served.identity
        self.changed = (
            f"model '{self._model.name}' is now answered by '{identity}', and its first answer "
            f"came from '{first}': a row is one served model, so it is not asked further. Pin the "
            "version or the provider in the card, ask the new one under another name, or set "
            "'identity: {when_changed: keep}'."
        )
        return replace(
            record,
            answer=Failure(
                answer.key,
                FailureReason.OTHER_MODEL,
                f"answered by '{identity}' instead of '{first}'",
                answer.seconds,
                answer.prompt_tokens,
                answer.completion_tokens,
                answer.cost_usd,
            ),
        )

    @property
    def _file(self) -> Path:
        return RunFolder(self._folder).served(self._model.name)

    def _first(self, identity: str) -> ServedModel:
        """Records who gave the first answer; of several processes the first decides."""
        mine = ServedModel(asked=_plain(self._model.identity), identity=identity)
        if read_served(self._folder, self._model.name, self._model.identity) is None:
            remove_file(self._file)  # of a model that was asked under this name before
        try:
            with whole_file(self._file, new=True) as file:
                file.write(mine.model_dump_json().encode())
        except FileExistsError:
            return read_served(self._folder, self._model.name, self._model.identity) or mine
        return mine


def _plain(identity: Mapping[str, Any]) -> dict[str, Any]:
    """The facts as they are read back from JSON."""
    found: dict[str, Any] = json.loads(json.dumps(identity, default=str))
    return found
