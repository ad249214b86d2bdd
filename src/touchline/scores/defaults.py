"""Defaults of scoring, in a module that needs nothing else: the command line shows them."""

TOLERANCE_S = 5.0
"""Full width in seconds of the window around a truth in which a spot is right: ± 2.5 s."""

MIN_COVERAGE = 0.99
"""Share of readable answers under which a model is not scored."""

TASK_NAME = "v2"
"""The task whose files are scored: the 17 classes of SoccerNet-v2."""

LEAST_GAMES = 3
"""Games from which on a figure has an interval, and games with a truth of a class from which on
its figures have one; docs/studies/intervals.md shows how often they cover."""
