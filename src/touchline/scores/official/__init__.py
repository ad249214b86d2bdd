"""The official figures of SoccerNet, and of its team-ball challenge."""
