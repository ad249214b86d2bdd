"""The null baselines: answers from class frequencies or sound, without looking at the frames."""
