"""Runs on a SLURM cluster: submitted from the login node, asked by job arrays, scored by a job."""
