"""Everything to the right of the replies: read, merge, score, report. No model is asked."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from touchline.files import write_atomically
from touchline.report import ReportData, Row, render, sweep_csv
from touchline.runs.asking.watching.served_rows import ServedRow, served_rows
from touchline.runs.own_claims.claims_left import claims_left
from touchline.runs.planning.plan_file import PlanFile
from touchline.runs.reporting.report_data import report_data
from touchline.runs.results.decoder_nulls import with_decoder_nulls
from touchline.runs.results.leaderboard import (
    GroundTruth,
    Leaderboard,
    ModelOutcome,
    score_models,
)
from touchline.runs.results.outcomes import model_outcome, unasked_outcome
from touchline.runs.results.row_notes import with_notes
from touchline.runs.results.stored_scores import withdraw_scores, write_scores
from touchline.runs.results.uncovered import write_uncovered
from touchline.runs.run_folder import RunFolder
from touchline.scores import ScoringSettings
from touchline.spots import MergeSettings, write_spots, write_spots_table


@dataclass(frozen=True, slots=True)
class FinishResult:
    """What a run came to.

    Attributes:
        rows: the leaderboard.
        outcomes: what each model came to, in the order of the plan.
        report: the HTML page.
        data: what it shows.
    """

    rows: tuple[Row, ...]
    outcomes: tuple[ModelOutcome, ...]
    report: Path
    data: ReportData


def finish(folder: Path, merging: MergeSettings, scoring: ScoringSettings) -> FinishResult:
    """Makes spots, scores and report of a run again from its replies.

    Args:
        folder: the run.
        merging: how detections become spots.
        scoring: how spots are scored.

    Raises:
        UserError: the folder is not a run.
    """
    plan = PlanFile.read(folder)
    return publish(folder, plan, _outcomes(folder, plan, merging), scoring)


def score_replies(folder: Path, merging: MergeSettings, scoring: ScoringSettings) -> Leaderboard:
    """The scores of a run as `finish` computes them; nothing is written.

    Args:
        folder: the run.
        merging: how detections become spots.
        scoring: how spots are scored.

    Raises:
        UserError: the folder is not a run.
    """
    plan = PlanFile.read(folder)
    return _leaderboard(folder, plan, _outcomes(folder, plan, merging), scoring)


def _outcomes(folder: Path, plan: PlanFile, merging: MergeSettings) -> tuple[ModelOutcome, ...]:
    return tuple(
        one
        for entry in plan.models
        for row in served_rows(folder, entry)
        for one in with_decoder_nulls(
            folder, row, _outcome(folder, plan, row, merging), merging, plan.labels()
        )
    )


def _leaderboard(
    folder: Path, plan: PlanFile, outcomes: Sequence[ModelOutcome], scoring: ScoringSettings
) -> Leaderboard:
    truth = GroundTruth(plan.labels(), plan.half_ms(), plan.task)
    return with_notes(score_models(outcomes, truth, scoring), folder, plan, outcomes)


def _outcome(folder: Path, plan: PlanFile, row: ServedRow, merging: MergeSettings) -> ModelOutcome:
    entry = row.entry
    owner = plan.control_of(entry.name)
    questions = RunFolder(folder).questions
    if owner and questions(owner).is_file() and not questions(entry.name).is_file():
        # Refused, or to be asked when its model is complete: the others are scored all the same.
        return unasked_outcome(plan, entry, ("it was not asked",))
    return replace(
        model_outcome(folder, row, merging),
        control_of=owner,
        claims_left=claims_left(folder, plan, entry.name) if row.identity is None else None,
    )


def publish(
    folder: Path, plan: PlanFile, outcomes: Sequence[ModelOutcome], scoring: ScoringSettings
) -> FinishResult:
    """Writes the spots, scores and report of a run whose replies are merged.

    The scores are withdrawn first and written last: while they are there, they are those of the
    spots beside them.

    Args:
        folder: the run.
        plan: what was asked.
        outcomes: what each model came to.
        scoring: how spots are scored.
    """
    withdraw_scores(folder)
    for outcome in outcomes:
        for game, spots in outcome.spots.items():
            write_spots(RunFolder(folder).spots(outcome.model), game, spots)
    write_spots_table(RunFolder(folder).spots_table, ((one.model, one.spots) for one in outcomes))
    (folder / "spots.parquet").unlink(missing_ok=True)  # of a run of version 0.1.0: out of date now
    write_uncovered(folder, {outcome.model: outcome.uncovered for outcome in outcomes})
    leaderboard = _leaderboard(folder, plan, outcomes, scoring)
    data = report_data(folder, plan, leaderboard, outcomes, plan.labels())
    page = render(data, RunFolder(folder).report)
    if data.sweep:
        write_atomically(RunFolder(folder).sweep_table, sweep_csv(data))
    else:
        RunFolder(folder).sweep_table.unlink(missing_ok=True)
    write_scores(folder, leaderboard)
    return FinishResult(leaderboard.rows, tuple(outcomes), page, data)
