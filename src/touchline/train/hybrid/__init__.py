"""Training of hybrid spotters, from scratch, on labelled games."""
