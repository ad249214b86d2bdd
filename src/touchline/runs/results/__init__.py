"""What follows asking: readings, spots and scores of a run, its progress, and comparisons."""
