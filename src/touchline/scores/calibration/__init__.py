"""How well confidence matches being right, and maps that improve it."""
