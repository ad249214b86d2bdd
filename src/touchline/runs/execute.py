"""A benchmark from beginning to end: plan, ask what is missing, finish."""

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from touchline.errors import UserError
from touchline.models import load_engine
from touchline.runs.ask import ask
from touchline.runs.contexts import match_contexts
from touchline.runs.finish import Finished, finish
from touchline.runs.folder import journal_folder, write_questions
from touchline.runs.plan import Plan, PlannedModel, write_plan
from touchline.runs.questions import Contexts, questions
from touchline.runs.thinning import thinning_warning
from touchline.video import probe


class Progress(Protocol):
    """Who is told how a run goes on."""

    def __call__(self, what: str, done: int, total: int) -> None:
        """`done` of `total` windows of `what` are answered."""
        ...


@dataclass(frozen=True, slots=True)
class RunResult:
    """A finished run.

    Attributes:
        finished: leaderboard and report.
        refused: models that could not be asked at all, with the sentence that says why.
        warnings: sentences about videos that are not whole.
    """

    finished: Finished
    refused: dict[str, str]
    warnings: tuple[str, ...]


def run(plan: Plan, folder: Path, progress: Progress) -> RunResult:
    """Runs a benchmark in a folder, or goes on with it where it stopped.

    A model that cannot be asked at all does not stop the others; it is named in the result.

    Args:
        plan: the benchmark, resolved.
        folder: the run's folder; made if it is not there.
        progress: told of every answer.

    Raises:
        UserError: something that concerns all models.
        ComeBackLater: the disk is full.
    """
    write_plan(plan, folder)
    contexts = match_contexts(plan, folder, lambda d, t: progress("match context", d, t))
    refused: dict[str, str] = {}
    for model in plan.models:
        try:
            _ask_model(plan, model, contexts, folder, progress)
        except UserError as error:
            refused[model.name] = str(error)
    finished = finish(
        folder,
        plan.bench.merging.settings(),
        plan.bench.scoring.tolerance,
        plan.bench.scoring.min_coverage,
    )
    return RunResult(finished, refused, tuple(_warnings(plan)))


def _ask_model(
    plan: Plan, model: PlannedModel, contexts: Contexts, folder: Path, progress: Progress
) -> None:
    wanted = list(questions(plan, model, contexts))
    write_questions(folder, model.name, wanted)
    ask(
        wanted,
        journal_folder(folder, model.name),
        lambda: load_engine(model.card, plan.rates),
        lambda done, total: progress(model.name, done, total),
    )


def _warnings(plan: Plan) -> list[str]:
    """Models whose windows are thinned, and videos that hold less than they claim."""
    thinnings = [thinning_warning(model.card, model.recipe) for model in plan.models]
    found = [warning for warning in thinnings if warning]
    for game in plan.games:
        for half in game.halves:
            facts = probe(half.video)
            if facts.missing_ms:
                found.append(
                    f"{half.video} breaks off at {facts.duration_ms / 1000:.1f} s of "
                    f"{facts.claimed_ms / 1000:.1f} s; the rest counts as not covered."
                )
    return found
