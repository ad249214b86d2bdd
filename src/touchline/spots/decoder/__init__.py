"""Fitted merging: what the claims around a moment have meant in other games.

A zero-shot model speaks of a goal when it sees the celebration, of a foul when a player lies on
the grass. Those habits are steady, so they can be learned from games with labels and undone in
games without. The same decoder stacks several models.
"""
