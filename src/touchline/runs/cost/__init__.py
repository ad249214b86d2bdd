"""What a run costs: estimated before, counted and limited while it asks."""
