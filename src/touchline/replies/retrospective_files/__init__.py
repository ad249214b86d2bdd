"""Raw replies in the folders of the retrospective that touchline grew out of."""
