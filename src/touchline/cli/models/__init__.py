"""`touchline models`: one file per verb."""
