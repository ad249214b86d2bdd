"""Transcripts of the commentary: read, written and made from the sound."""
