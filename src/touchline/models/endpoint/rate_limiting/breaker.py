"""A circuit breaker: an endpoint that is down is asked by one request at a time, ever more rarely.

Closed, it lets everything through. After several faults in a row that look like an endpoint that is
down, it opens for a second. Then one request may try; if that fails too, it opens for twice as
long, up to half a minute. Any answer closes it.
"""

_FIRST_OPEN_S = 1.0
_LONGEST_OPEN_S = 30.0


class Breaker:
    """A circuit breaker for one endpoint.

    Args:
        threshold: faults in a row that open it.
    """

    def __init__(self, threshold: int) -> None:
        self._threshold = threshold
        self._in_a_row = 0
        self._opened_s: float | None = None
        self._open_for_s = _FIRST_OPEN_S
        self._until_s = 0.0
        self._is_trying = False

    @property
    def down_since_s(self) -> float | None:
        """When it opened; None while it is closed."""
        return self._opened_s

    def free_at(self, now_s: float) -> float:
        """When a request may be sent; infinity while one is trying already."""
        if self._opened_s is None:
            return now_s
        return float("inf") if self._is_trying else max(now_s, self._until_s)

    def sent(self) -> None:
        """A request is on its way."""
        self._is_trying = self._opened_s is not None

    def answered(self) -> None:
        """The endpoint answered, with whatever content."""
        self._in_a_row, self._opened_s, self._is_trying = 0, None, False
        self._open_for_s = _FIRST_OPEN_S

    def failed(self, started_s: float, now_s: float) -> None:
        """The endpoint seemed to be down.

        Args:
            started_s: when the request was sent; one that was sent before the breaker opened
                does not open it further.
            now_s: now, on the same clock.
        """
        self._in_a_row += 1
        if self._opened_s is None:
            if self._in_a_row >= self._threshold:
                self._opened_s, self._until_s = now_s, now_s + self._open_for_s
        elif started_s >= self._until_s:
            self._is_trying = False
            self._open_for_s = min(_LONGEST_OPEN_S, self._open_for_s * 2)
            self._until_s = now_s + self._open_for_s
