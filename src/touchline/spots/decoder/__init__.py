"""Fitted merging: decoders that learned on other games what the claims around a moment mean.

A zero-shot model reports a goal when it sees the celebration, and a foul when a player lies on the
grass. Such habits are consistent, so they can be learned from games with labels and corrected in
others. The same decoder stacks several models.
"""
