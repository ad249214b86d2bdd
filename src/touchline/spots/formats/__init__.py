"""Formats of events, one module each: how labels and spots are written, and read back."""
