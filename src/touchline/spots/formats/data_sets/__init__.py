"""Files of the research data sets: many games in one layout."""
