"""Servers of models that touchline starts, waits for and ends."""
