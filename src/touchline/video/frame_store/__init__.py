"""Sampled frames of a half on disk: decoded once, shared by windows, models, runs and processes."""
