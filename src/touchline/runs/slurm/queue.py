"""What the jobs of a run are doing, in sentences for `touchline status` and after submitting."""

from collections import defaultdict
from pathlib import Path

from touchline.runs.slurm.reasons import waiting
from touchline.runs.slurm.submissions import Live, live_jobs
from touchline.runs.slurm.tools import queued


def waiting_sentences(folder: Path) -> list[str]:
    """One sentence for each reason that jobs of a run wait for, and one for those that run.

    Args:
        folder: of the run.

    Raises:
        UserError: SLURM does not answer.
    """
    groups: dict[tuple[str, str], list[Live]] = defaultdict(list)
    for one in live_jobs(folder, queued()):
        pending = one.job.state == "PENDING"
        groups[one.job.state, one.job.reason if pending else ""].append(one)
    return [_sentence(state, reason, jobs) for (state, reason), jobs in groups.items()]


def _sentence(state: str, reason: str, jobs: list[Live]) -> str:
    names = ", ".join(_name(one) for one in jobs)
    if state != "PENDING":
        return f"{state.lower()}: {names}"
    return f"waiting ({reason}): {names}: {waiting(reason)}"


def _name(one: Live) -> str:
    number = f"{one.job.job}" if one.job.index is None else f"{one.job.job}_{one.job.index}"
    what = f"{one.task.model} {one.task.shard}" if one.task else "scoring"
    return f"{number} ({what})"
