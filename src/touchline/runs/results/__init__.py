"""What follows asking: readings, spots and scores of a run, and work on finished runs."""
