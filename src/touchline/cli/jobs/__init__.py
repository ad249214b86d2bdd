"""What jobs and workers run, and how a benchmark is submitted to SLURM."""
