"""Sections that are plots."""
