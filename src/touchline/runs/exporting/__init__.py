"""What a run found, in the formats of others and as clips."""
