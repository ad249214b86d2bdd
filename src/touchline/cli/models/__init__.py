"""`touchline models`: one file a verb."""
