"""The jobs of a run, as sentences for `touchline status` and after submitting."""

import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path

from touchline.errors import UserError
from touchline.runs.planning.shards import Shard, missing_by_shard
from touchline.runs.run_folder import RunFolder
from touchline.runs.slurm.commands import ended_states, queued
from touchline.runs.slurm.reasons import ended, waiting
from touchline.runs.slurm.submissions import (
    LiveJob,
    Submission,
    live_jobs,
    read_submissions,
)
from touchline.text import counted

_POLL_S = 1.5
_POLLS = 4
"""SLURM schedules a new job after a second or two; its reason before that is a guess."""


def job_sentences(folder: Path) -> list[str]:
    """The jobs of a run: those that run, those that wait and why, those that ended early and why.

    Args:
        folder: of the run; the list is empty where it was never submitted to SLURM.
    """
    submissions = read_submissions(folder)
    if not submissions:
        return []
    try:
        live = list(live_jobs(folder, queued()))
    except UserError as error:
        return [str(error)]
    return [*_live_sentences(live), *_ended_sentences(folder, submissions, live)]


def settled_sentences(folder: Path) -> list[str]:
    """As `job_sentences`, once SLURM has scheduled jobs that were just submitted."""
    before = job_sentences(folder)
    for _ in range(_POLLS):
        time.sleep(_POLL_S)
        now = job_sentences(folder)
        if now == before:
            break
        before = now
    return before


def _live_sentences(live: Sequence[LiveJob]) -> Iterator[str]:
    groups: dict[tuple[str, str], list[LiveJob]] = defaultdict(list)
    for one in live:
        reason = one.job.reason if one.job.state == "PENDING" else ""
        groups[one.job.state, reason].append(one)
    for (state, reason), jobs in groups.items():
        names = ", ".join(map(_name, jobs))
        if state == "PENDING":
            yield f"waiting ({reason}): {names}: {waiting(reason)}"
        else:
            yield f"{state.lower()}: {names}"


def _ended_sentences(
    folder: Path, submissions: Sequence[Submission], live: Sequence[LiveJob]
) -> Iterator[str]:
    """The last job of each part that misses replies and that no live job asks."""
    jobs = [one.job for one in submissions if one.job is not None]
    states = ended_states(jobs) if jobs else {}
    if states is None:
        yield "how the jobs ended that are not in the queue is unknown: SLURM does not answer."
        return
    asked = {one.task for one in live}
    listed = set()
    for submission in reversed(submissions):
        for index, task in enumerate(submission.tasks):
            state = states.get((submission.job, index)) if submission.job is not None else None
            if task in asked or task in listed or state is None:
                continue
            listed.add(task)
            shard = Shard.parse(task.shard)
            left = missing_by_shard(folder, task.model, shard.count)[shard.number]
            if left:
                number = f"{submission.job}_{index}"
                log = RunFolder(folder).slurm_logs / f"{number}_0_log.out"
                what = f"{number} ({task.model} {task.shard}), {counted(left, 'window')} left"
                yield f"ended ({state}): {what}: {ended(state)}; its log is {log}"


def _name(one: LiveJob) -> str:
    number = f"{one.job.job}" if one.job.index is None else f"{one.job.job}_{one.job.index}"
    what = f"{one.task.model} {one.task.shard}" if one.task else "scoring"
    return f"{number} ({what})"
