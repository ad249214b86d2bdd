"""`touchline run --on slurm`: plan and download on the login node, ask on the nodes."""

import shutil
from dataclasses import replace
from pathlib import Path

from touchline.disk import DiskSpace
from touchline.errors import UserError
from touchline.progress import NamedProgress, ignore_progress
from touchline.runs.asking.sharing.jobs import refuse_where_asked
from touchline.runs.before_asking.refused_models import refused_at_start
from touchline.runs.execute import prepare
from touchline.runs.own_claims.claims_by_window import asking_order, own_claims
from touchline.runs.planning.plan import Plan, with_current_weights
from touchline.runs.planning.question_writer import plan_questions
from touchline.runs.slurm.fetching import fetch_models
from touchline.runs.slurm.sbatch_options import SubmitOptions
from touchline.runs.slurm.submit import SubmitResult, submit

_KEEP_FREE_BYTES = 1_000_000_000
"""For journals and logs, on the disk of the run."""


def submit_run(
    plan: Plan, folder: Path, options: SubmitOptions, progress: NamedProgress
) -> SubmitResult:
    """Plans a run, downloads its models, and submits what is missing to SLURM.

    Returns as soon as SLURM has the jobs; nothing keeps running here.

    Args:
        plan: the benchmark, resolved.
        folder: of the run, on a disk that all nodes see.
        options: how it is submitted.
        progress: of the downloads and the match contexts.

    Raises:
        UserError: SLURM is missing here or refuses, or no model can be downloaded.
        ComeBackLater: a process asks in the folder, or there is no space for the run or for any
            model.
    """
    if shutil.which("sbatch") is None:
        raise UserError(
            "SLURM is not available here (sbatch is not on the PATH): run this on the cluster's "
            "login node, or omit --on slurm."
        )
    refuse_where_asked(folder, ignore_progress)
    held = _plan_questions(plan, folder, progress) | refused_at_start(plan, folder, weights=False)
    asked = [one for one in plan.models if not one.card.is_baseline and one.name not in held]
    fetched = fetch_models(asked, folder, options.quota_bytes, progress)
    downloaded = with_current_weights(plan)
    if downloaded.models != plan.models:
        # What was downloaded just now has a commit, and its questions have other keys.
        _plan_questions(downloaded, folder, progress)
    return replace(submit(folder, fetched.ready, options), held=held | dict(fetched.held))


def _plan_questions(plan: Plan, folder: Path, progress: NamedProgress) -> dict[str, str]:
    """Writes the plan and the questions of its models; gives the models that have none, and why."""
    contexts = prepare(plan, folder, progress)
    DiskSpace(folder, _KEEP_FREE_BYTES).require(0)
    held: dict[str, str] = {}
    for model in asking_order(plan):
        try:
            claims = own_claims(plan, model, folder)
        except UserError as error:
            held[model.name] = str(error)
            continue
        plan_questions(plan, model, contexts, folder, claims)
    return held
