"""The last job: it scores the run, and reports what is missing."""

from functools import partial
from pathlib import Path

from touchline.errors import ComeBackLater
from touchline.progress import NamedProgress, ignore_progress
from touchline.runs.asking.sharing.jobs import refuse_where_asked
from touchline.runs.asking.stop import Stop
from touchline.runs.asking.worker import work
from touchline.runs.config.bench import read_run_bench
from touchline.runs.planning.plan_file import PlanFile
from touchline.runs.planning.shards import Shard
from touchline.runs.results.finish import FinishResult, finish
from touchline.runs.results.status import run_status
from touchline.text import counted


def run_finalize_job(folder: Path, progress: NamedProgress) -> FinishResult:
    """Scores a run whose jobs have ended, however they ended.

    The null baselines need no GPU and no job of their own: they are asked here. What was not asked
    counts against coverage, so a model that misses windows is not scored.

    Args:
        folder: of the run.
        progress: called after every answer of the baselines.

    Raises:
        UserError: the folder is not a run.
        ComeBackLater: questions were not asked; scores and report are written. Or a process of
            `touchline run` asks, and will score the run.
    """
    refuse_where_asked(folder, ignore_progress)
    plan = PlanFile.read(folder)
    for model in plan.models:
        if model.is_baseline:
            work(folder, model.name, Shard(), Stop(), partial(progress, model.name))
    bench = read_run_bench(folder)
    finished = finish(folder, bench.merging, bench.scoring)
    left = {one.model: one.missing for one in run_status(folder) if one.missing}
    if left:
        listed = ", ".join(
            f"{counted(count, 'window')} of '{name}'" for name, count in left.items()
        )
        raise ComeBackLater(
            f"not asked yet: {listed}; submit them with `touchline run {folder} --on slurm`."
        )
    return finished
