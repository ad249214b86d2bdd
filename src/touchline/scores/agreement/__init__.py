"""Agreement: of two annotators, and of a model with itself."""
