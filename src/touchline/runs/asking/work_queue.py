"""Who of several workers asks which window next, so that none waits while another has work.

Each worker begins with a share of its own, windows that follow each other, so that it decodes
few halves. One that is done takes over the second half of what the slowest still has. Windows
that were in flight when a worker died are asked one at a time, so that the one that kills is
found out and the others are answered.
"""

from collections import Counter, deque
from collections.abc import Sequence
from enum import Enum
from itertools import pairwise

from touchline.runs.planning.shards import Positions

MOST_DEATHS = 3
"""A window that was alone with its worker so many times when that died has failed."""


class Word(Enum):
    """What a worker is told that gets no window now."""

    DRAIN = "drain"
    """Answer what is in flight, then ask again."""
    WAIT = "wait"
    """Another worker's windows may yet come back."""
    END = "end"
    """Nothing is left."""


class WorkQueue:
    """Windows in shares.

    Args:
        positions: of the windows, ascending.
        workers: how many there are.
    """

    def __init__(self, positions: Sequence[int] | Positions, workers: int) -> None:
        self._positions = positions
        edges = [number * len(positions) // workers for number in range(workers + 1)]
        self._shares = [[first, end] for first, end in pairwise(edges)]
        self._in_flight: list[set[int]] = [set() for _ in range(workers)]
        self._suspects: deque[int] = deque()
        self._under_suspicion = [False] * workers
        self._deaths: Counter[int] = Counter()

    @property
    def left(self) -> int:
        """How many windows have not been answered."""
        waiting = sum(end - first for first, end in self._shares)
        return waiting + len(self._suspects) + sum(map(len, self._in_flight))

    def next(self, worker: int) -> int | Word:
        """The position of the window that a worker asks next, or what it does instead."""
        flying = self._in_flight[worker]
        if flying and self._under_suspicion[worker]:
            return Word.DRAIN
        self._under_suspicion[worker] = bool(self._suspects) and not flying
        if self._under_suspicion[worker]:
            position = self._suspects.popleft()
        elif (share := self._share(worker)) is not None:
            position = int(self._positions[share[0]])
            share[0] += 1
        elif flying:
            return Word.DRAIN
        else:
            return Word.WAIT if self.left else Word.END
        flying.add(position)
        return position

    def answered(self, worker: int, position: int) -> None:
        """A window has its record."""
        self._in_flight[worker].discard(position)

    def died(self, worker: int, may_blame: bool = True) -> int | None:
        """A worker died; what it had in flight will be asked again.

        Args:
            worker: its number.
            may_blame: whether a window can have killed it: not before its model was loaded.

        Returns:
            The window that is now given up, since it killed its worker again and again, or None.
        """
        lost = sorted(self._in_flight[worker])
        self._in_flight[worker].clear()
        self._under_suspicion[worker] = False
        if len(lost) == 1 and may_blame:
            self._deaths[lost[0]] += 1
            if self._deaths[lost[0]] >= MOST_DEATHS:
                return lost[0]
        self._suspects.extend(lost)
        return None

    def _share(self, worker: int) -> list[int] | None:
        """The worker's share, filled from the largest where it is empty; None if all are."""
        own = self._shares[worker]
        if own[0] == own[1]:
            largest = max(self._shares, key=lambda share: share[1] - share[0])
            size = largest[1] - largest[0]
            if not size:
                return None
            middle = largest[1] - (size + 1) // 2
            own[:] = [middle, largest[1]]
            largest[1] = middle
        return own
