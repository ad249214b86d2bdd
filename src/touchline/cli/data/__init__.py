"""`touchline data`: one file per verb."""
