"""Engines: each one way to reach a model. They are imported only when a card asks for them."""
