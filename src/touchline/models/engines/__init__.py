"""Engines: each is one way to reach a model, and is imported only when a card uses it."""
