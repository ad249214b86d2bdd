"""Runs that stop when their question is answered."""
