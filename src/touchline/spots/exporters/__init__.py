"""Exporters, one file for each format: the spots of a match for people and other programs."""
