"""A run that is still going, as far as it is answered. Only files are read, and none is written."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from touchline.errors import UserError
from touchline.report import ReportData
from touchline.runs.asking.watching.served_rows import served_rows
from touchline.runs.config.bench import Bench, read_run_bench
from touchline.runs.planning.plan_file import ModelPlan, PlanFile
from touchline.runs.reporting.report_data import report_data
from touchline.runs.results.leaderboard import GroundTruth, ModelOutcome, score_models
from touchline.runs.results.outcomes import model_outcome, unasked_outcome
from touchline.runs.results.row_notes import with_notes
from touchline.runs.results.run_results import RunResults
from touchline.runs.run_folder import RunFolder


@dataclass(frozen=True, slots=True)
class RunSoFar:
    """What a run that is still going has come to.

    Attributes:
        results: as of a finished run; a window without an answer yet is one without events.
        outcomes: of each model, in the order of the plan.
    """

    results: RunResults
    outcomes: tuple[ModelOutcome, ...]


def read_so_far(folder: Path) -> RunSoFar:
    """Reads and merges the replies that a run has.

    Raises:
        UserError: the folder is not a run.
    """
    plan, bench = PlanFile.read(folder), read_run_bench(folder)
    outcomes = tuple(one for entry in plan.models for one in _outcomes(folder, plan, entry, bench))
    results = RunResults(
        name=plan.name,
        folder=folder,
        games=plan.labels(),
        models={one.model: one.spots for one in outcomes},
        coverage={one.model: one.coverage for one in outcomes},
        kinds={one.model: one.kind for one in outcomes},
        control_of={one.model: one.control_of for one in outcomes if one.control_of},
        ranks_only=frozenset(),
        fitted=frozenset(one.model for one in outcomes if one.fitted),
        intervals={},
        half_ms=plan.half_ms(),
        scoring=bench.scoring,
    )
    return RunSoFar(results, outcomes)


def report_so_far(folder: Path) -> ReportData:
    """What the report of a run that is still going shows.

    Models are scored however little of them is answered; their coverage says how much that is.

    Raises:
        UserError: the folder is not a run, or nothing is answered yet.
    """
    plan, so_far = PlanFile.read(folder), read_so_far(folder)
    begun = [one for one in so_far.outcomes if one.coverage > 0]
    if not begun:
        raise UserError(f"no window of run {folder} is answered yet: look again later.")
    scoring = so_far.results.scoring.model_copy(update={"score_anyway": True})
    truth = GroundTruth(plan.labels(), plan.half_ms(), plan.task)
    leaderboard = with_notes(score_models(begun, truth, scoring), folder, plan, begun)
    data = report_data(folder, plan, leaderboard, begun, truth.labels)
    return replace(data, title=f"{data.title} (still running)")


def _outcomes(
    folder: Path, plan: PlanFile, entry: ModelPlan, bench: Bench
) -> Iterator[ModelOutcome]:
    """What the rows of a model came to; one without anything where it has not begun."""
    owner = plan.control_of(entry.name)
    if RunFolder(folder).questions(entry.name).is_file():
        for row in served_rows(folder, entry):
            yield replace(model_outcome(folder, row, bench.merging), control_of=owner)
        return
    yield unasked_outcome(plan, entry)
