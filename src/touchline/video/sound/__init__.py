"""Sound: the whistles of the referee and the swells of the crowd."""
