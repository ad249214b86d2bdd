"""Merge methods, one file each: from the claims of overlapping windows to events."""
