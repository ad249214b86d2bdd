"""Where a budget of windows goes."""
