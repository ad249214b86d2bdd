"""Scores of spots against labels: the official SoccerNet figures and extended metrics.

Labels and spots in, numbers out; no files. Times are milliseconds, figures are from 0 to 1.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
