"""How many tokens an image costs: one formula for each way that models process images."""
