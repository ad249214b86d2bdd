"""Fetching SoccerNet's labels and videos through its own package, and keeping within a quota."""
