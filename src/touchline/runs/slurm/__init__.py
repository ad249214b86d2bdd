"""Runs on a SLURM cluster: submitted from the login node, asked by job arrays, scored by a job."""

from touchline.runs.slurm.queue import job_sentences, settled_sentences
from touchline.runs.slurm.start import submit_run
from touchline.runs.slurm.submit import Submitted
from touchline.runs.slurm.words import Wanted, sbatch_words

__all__ = [
    "Submitted",
    "Wanted",
    "job_sentences",
    "sbatch_words",
    "settled_sentences",
    "submit_run",
]
