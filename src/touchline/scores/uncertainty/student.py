"""Quantiles of Student's t distribution."""

from functools import cache


@cache
def t_quantile(probability: float, degrees: int) -> float:
    """The quantile of Student's t distribution.

    >>> round(t_quantile(0.975, 7), 3)
    2.365
    """
    # scipy.special alone: scipy.stats takes ten times as long to import.
    from scipy.special import stdtrit

    return float(stdtrit(degrees, probability))
