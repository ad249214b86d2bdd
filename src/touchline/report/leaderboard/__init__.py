"""The leaderboard in every form of a table, made from the registry of metrics."""
