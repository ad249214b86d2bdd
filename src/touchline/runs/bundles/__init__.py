"""Bundles: a run that others can check, without frames."""
