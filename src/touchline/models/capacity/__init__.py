"""Memory, time and cost of a model, from its card alone, or measured with random weights."""
