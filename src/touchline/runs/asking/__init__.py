"""Asking the questions of a plan: workers, pools of workers, batches, and stopping in time."""
