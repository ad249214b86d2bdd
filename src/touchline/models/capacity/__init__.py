"""Will it fit, how long, how much: computed from a card alone, or measured with random weights."""
