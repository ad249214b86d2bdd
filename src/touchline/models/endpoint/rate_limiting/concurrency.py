"""How many requests are in flight: additive increase, multiplicative decrease.

The rule by which TCP shares a line of unknown capacity (Chiu and Jain, 1989): one more after every
round of good answers, half as many when the endpoint is overloaded.
"""


class InFlight:
    """A limit that adapts between 1 and what the card allows.

    Args:
        most: the card's limit, and where it starts.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._limit = float(most)
        self._reduced_s = float("-inf")

    @property
    def limit(self) -> int:
        """How many may be in flight now."""
        return int(self._limit)

    def answered(self) -> None:
        """A good answer came."""
        self._limit = min(self._most, self._limit + 1 / self._limit)

    def busy(self, started_s: float, now_s: float) -> None:
        """The endpoint was overloaded.

        A request that was sent before the last reduction says nothing about the limit since.

        Args:
            started_s: when the request was sent.
            now_s: now, on the same clock.
        """
        if started_s >= self._reduced_s:
            self._limit = max(1.0, self._limit / 2)
            self._reduced_s = now_s
