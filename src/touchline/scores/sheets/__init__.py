"""All figures of one set of spots: the official ones, and what stands beside them."""
