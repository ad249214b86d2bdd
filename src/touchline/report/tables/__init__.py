"""Tables of one set of scores."""
