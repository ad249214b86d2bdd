"""One row of the leaderboard is one served model: a change is noticed when it happens.

What becomes of the answers of another model than the first is `identity.when_changed`; the rows of
`split` are made in `runs/asking/watching/served_rows.py`.
"""

from dataclasses import replace
from pathlib import Path

from touchline.files import remove_file, whole_file, write_atomically
from touchline.models import EndpointCard, Failure, FailureReason
from touchline.replies import Record
from touchline.runs.asking.watching.served_file import ServedModel, read_served, served_by
from touchline.runs.config.bench import read_run_bench
from touchline.runs.planning.plan import PlannedModel
from touchline.runs.run_folder import RunFolder


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
        self._stops = read_run_bench(folder).identity.when_changed == "stop"
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
        if not self._stops:
            self._served = self._with_other(self._served, identity)
            return record
        first = self._served.identity
        self.changed = (
            f"model '{self._model.name}' is now answered by '{identity}', and its first answer "
            f"came from '{first}': a row is one served model, so it is not asked further. Pin the "
            "version or the provider in the card, ask the new one under another name, or set "
            "'identity: {when_changed: split}', which gives each of them a row."
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

    def _with_other(self, served: ServedModel, identity: str) -> ServedModel:
        """Records who else answers, beside those that other processes have recorded meanwhile."""
        now = read_served(self._folder, self._model.name, self._model.identity) or served
        others = tuple(dict.fromkeys([*now.others, *served.others, identity]))
        found = now.model_copy(update={"others": others})
        write_atomically(self._file, found.model_dump_json())
        return found

    def _first(self, identity: str) -> ServedModel:
        """Records who gave the first answer; of several processes the first decides."""
        mine = served_by(self._model.identity, identity)
        if read_served(self._folder, self._model.name, self._model.identity) is None:
            remove_file(self._file)  # of a model that was asked under this name before
        try:
            with whole_file(self._file, new=True) as file:
                file.write(mine.model_dump_json().encode())
        except FileExistsError:
            return read_served(self._folder, self._model.name, self._model.identity) or mine
        return mine
