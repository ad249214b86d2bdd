"""The rows of one model: one for each served model that answered, where the benchmark says so.

The journal decides: every reply says who gave it. So the rows are the same whichever processes
asked, and in whatever order.
"""

from dataclasses import dataclass
from pathlib import Path

from touchline.models import Reply
from touchline.replies import read_index
from touchline.runs.asking.watching.row_names import row_names
from touchline.runs.asking.watching.served_file import read_served
from touchline.runs.config.bench import read_run_bench
from touchline.runs.planning.plan_file import ModelPlan, PlanFile
from touchline.runs.planning.question_index import QuestionFile
from touchline.runs.run_folder import RunFolder


@dataclass(frozen=True, slots=True)
class ServedRow:
    """One row of a model of a run.

    Attributes:
        entry: the model in the plan.
        name: of the row; that of the model, and for whoever answered after the first, with who.
        identity: who answers in it; None where all replies count, whoever gave them.
        others: who else answers for the model, in rows of their own.
    """

    entry: ModelPlan
    name: str
    identity: str | None = None
    others: tuple[str, ...] = ()

    @property
    def is_first(self) -> bool:
        """Whether the row has the model's own name."""
        return self.name == self.entry.name

    def counts(self, reply: Reply) -> bool:
        """Whether a reply belongs to this row; one that does not say by whom it is, to the first.

        Args:
            reply: to the model's questions.
        """
        if self.is_first:
            return reply.served.identity not in self.others
        return reply.served.identity == self.identity


def rows_by_name(folder: Path, plan: PlanFile) -> dict[str, ServedRow]:
    """The rows of all models of a run that were asked."""
    asked = (entry for entry in plan.models if RunFolder(folder).questions(entry.name).is_file())
    return {row.name: row for entry in asked for row in served_rows(folder, entry)}


def served_rows(folder: Path, entry: ModelPlan) -> tuple[ServedRow, ...]:
    """The rows of a model: one, or one for each served model under `when_changed: split`.

    Args:
        folder: the run.
        entry: the model in its plan.
    """
    served = read_served(folder, entry.name, entry.identity)
    splits = read_run_bench(folder).identity.when_changed == "split"
    if not splits or served is None or not served.others:
        return (ServedRow(entry, entry.name),)
    others = sorted(_who_answered(folder, entry.name) - {served.identity})
    first = ServedRow(entry, entry.name, served.identity, tuple(others))
    names = row_names(entry.name, others)
    return (first, *(ServedRow(entry, names[one], one) for one in others))


def _who_answered(folder: Path, model: str) -> set[str]:
    """Everyone who gave a reply that counts."""
    index = read_index(RunFolder(folder).journal(model))
    return {
        record.answer.served.identity
        for half in QuestionFile(folder, model).halves()
        for record in index.records(half.keys).values()
        if isinstance(record.answer, Reply) and record.answer.served.identity is not None
    }
