"""`touchline run --on slurm`: plan and fetch here, on the login node; ask there."""

import shutil
from dataclasses import replace
from pathlib import Path

from touchline.disk import DiskSpace
from touchline.errors import UserError
from touchline.runs.execute import Progress, prepare
from touchline.runs.planning.plan import Plan
from touchline.runs.planning.question_writer import plan_questions
from touchline.runs.slurm.fetching import fetch_models
from touchline.runs.slurm.sbatch_options import SubmitOptions
from touchline.runs.slurm.submit import Submitted, submit

_KEEP_FREE_BYTES = 1_000_000_000
"""For journals and logs, on the disk of the run."""


def submit_run(plan: Plan, folder: Path, wanted: SubmitOptions, progress: Progress) -> Submitted:
    """Plans a run, fetches its models, and gives what is missing to SLURM.

    Returns as soon as SLURM has the jobs; nothing goes on running here.

    Args:
        plan: the benchmark, resolved.
        folder: of the run, on a disk that all nodes see.
        wanted: what the user wants of SLURM.
        progress: told how fetching and the match contexts go on.

    Raises:
        UserError: there is no SLURM here or it refuses, or no model can be had.
        ComeBackLater: there is no room for the run or for any model.
    """
    if shutil.which("sbatch") is None:
        raise UserError(
            "there is no SLURM here (no sbatch on the PATH): run this on the cluster's login "
            "node, or without --on slurm."
        )
    contexts = prepare(plan, folder, progress)
    DiskSpace(folder, _KEEP_FREE_BYTES).require(0)
    for model in plan.models:
        plan_questions(plan, model, contexts, folder)
    asked = [one for one in plan.models if not one.card.is_baseline]
    fetched = fetch_models(asked, folder, wanted.quota_bytes, progress)
    return replace(submit(folder, fetched.ready, wanted), held=fetched.held)
