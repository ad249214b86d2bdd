"""Adapters: each calls one model's own code, in the Python environment of that model."""
