"""Parsers of replies, from the strict to the lenient, one file each; `registry` has their order."""
