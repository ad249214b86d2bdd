"""The metrics of the leaderboard: definition, computation and column of each."""
