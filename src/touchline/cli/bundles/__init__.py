"""The verbs of bundles."""
