"""Touchline measures how well vision-language models find events in untrimmed soccer video."""

__version__ = "0.2.0"
