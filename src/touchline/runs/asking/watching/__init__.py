"""Watching who answers: one served model a row, and canary windows for silent changes."""
