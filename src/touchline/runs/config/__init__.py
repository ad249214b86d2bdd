"""The files that users write: the benchmark, and settings for merging."""
