"""Everything to the right of the replies: read, merge, score, report. No model is asked."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from touchline.files import write_atomically
from touchline.report import ReportData, Row, leaderboard_json, render
from touchline.runs.planning.plan_file import PlanFile
from touchline.runs.reporting.report_data import report_data
from touchline.runs.results.leaderboard import Judging, ModelOutcome, score_models
from touchline.runs.results.outcomes import model_outcome
from touchline.runs.results.row_notes import with_notes
from touchline.runs.run_folder import RunFolder
from touchline.spots import MergeSettings, write_spots, write_spots_table


@dataclass(frozen=True, slots=True)
class Finished:
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


def finish(
    folder: Path, merging: MergeSettings, tolerance_s: float, min_coverage: float
) -> Finished:
    """Makes spots, scores and report of a run again from its replies.

    Args:
        folder: the run.
        merging: how detections become spots.
        tolerance_s: for precision, recall and F1.
        min_coverage: a model that answered a smaller share of its windows is not scored.

    Raises:
        UserError: the folder is no run.
    """
    plan = PlanFile.read(folder)
    outcomes = tuple(model_outcome(folder, entry, merging) for entry in plan.models)
    return publish(folder, plan, outcomes, tolerance_s, min_coverage)


def publish(
    folder: Path,
    plan: PlanFile,
    outcomes: Sequence[ModelOutcome],
    tolerance_s: float,
    min_coverage: float,
) -> Finished:
    """Writes the spots, scores and report of a run whose models have come to something.

    Args:
        folder: the run.
        plan: what was asked.
        outcomes: what each model came to.
        tolerance_s: for precision, recall and F1.
        min_coverage: a model that answered a smaller share of its windows is not scored.
    """
    for outcome in outcomes:
        for game, spots in outcome.spots.items():
            write_spots(RunFolder(folder).spots(outcome.model), game, spots)
    write_spots_table(RunFolder(folder).spots_table, ((one.model, one.spots) for one in outcomes))
    (folder / "spots.parquet").unlink(missing_ok=True)  # of a run of version 0.1.0: out of date now
    truth = plan.labels()
    judging = Judging(truth, plan.half_ms(), tolerance_s, min_coverage)
    scored = with_notes(score_models(outcomes, judging), folder, plan)
    sheets = {model: sheet.to_json() for model, sheet in scored.sheets.items()}
    scores = {"leaderboard": leaderboard_json(scored.rows), "models": sheets}
    write_atomically(RunFolder(folder).scores, json.dumps(scores, indent=1))
    data = report_data(folder, plan, scored, outcomes, truth)
    page = render(data, RunFolder(folder).report)
    return Finished(scored.rows, tuple(outcomes), page, data)
