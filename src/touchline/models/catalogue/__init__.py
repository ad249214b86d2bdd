"""The catalogue of cards: all of them, one by name, and what a table says of each."""
