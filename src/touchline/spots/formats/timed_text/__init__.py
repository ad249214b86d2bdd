"""Subtitles and chapters: events that players show over a video."""
