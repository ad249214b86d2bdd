"""Verbs that show runs from their files."""
