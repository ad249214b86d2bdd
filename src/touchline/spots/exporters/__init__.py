"""Exporters, one file for each format: the spots of a match for readers and other programs."""
