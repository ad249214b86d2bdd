"""Verbs that score and compare."""
