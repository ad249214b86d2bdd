"""Sweeps: the cells that a benchmark is asked in."""
