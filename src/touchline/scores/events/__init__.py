"""Labels and spots as columns of numbers, and which spot is matched to which label."""
