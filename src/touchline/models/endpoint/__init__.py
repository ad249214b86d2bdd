"""Asking models over a network: many requests at once, under one policy for limits and errors."""
