"""What `--on slurm` would submit, without a SLURM and without writing anything."""

from collections.abc import Mapping
from pathlib import Path

from touchline.runs.planning.plan import Plan
from touchline.runs.slurm.sbatch import BatchJob
from touchline.runs.slurm.sbatch_options import SubmitOptions
from touchline.runs.slurm.submissions import ArrayTask, next_submission
from touchline.runs.slurm.submit import array_of, finalizing, split_of


def preview(
    plan: Plan, folder: Path, options: SubmitOptions, windows: Mapping[str, int]
) -> tuple[tuple[ArrayTask, ...], list[BatchJob]]:
    """The jobs that a run would be submitted as, if none of its jobs were queued.

    Args:
        plan: the benchmark, resolved.
        folder: of the run; it need not exist.
        options: how it would be submitted.
        windows: how many windows of each model are left to ask.

    Returns:
        The tasks of the array, and the array and the job that scores the run.
    """
    memories = {model.name for model in plan.models if model.card.memory}
    tasks = tuple(
        ArrayTask(model=model, shard=f"{number}/{jobs}")
        for model, count in windows.items()
        if count
        for jobs in [1 if model in memories else split_of(count, options.jobs)]
        for number in range(jobs)
    )
    submission = next_submission(folder, tasks, options)
    array = [array_of(folder, submission, options)] if tasks else []
    return tasks, [*array, finalizing(folder, options, ["ARRAY"] if tasks else [])]
