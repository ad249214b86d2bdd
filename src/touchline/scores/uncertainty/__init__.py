"""Intervals and paired tests, by drawing games again."""
