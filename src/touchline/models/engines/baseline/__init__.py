"""The null baselines."""
