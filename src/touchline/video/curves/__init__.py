"""Quantities over the time of a half, measured once for each video."""
