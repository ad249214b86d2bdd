"""`touchline data`: one file a verb."""
