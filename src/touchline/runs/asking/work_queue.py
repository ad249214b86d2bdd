"""Which worker asks which window next, so that no worker idles while another has work.

Each worker begins with a share of its own, a run of consecutive windows, so that it decodes few
halves. A worker that is done takes over the second half of the largest share that is left. Windows
that were in flight when a worker died are asked again one at a time, so that the window that
crashes workers is found and the others are answered.
"""

from collections import Counter, deque
from collections.abc import Sequence
from enum import Enum
from itertools import pairwise

from touchline.runs.planning.shards import Positions

MAX_CRASHES = 3
"""A window that was in flight alone when its worker died this often has failed."""


class Instruction(Enum):
    """What a worker does that gets no window now."""

    DRAIN = "drain"
    """Answer the windows in flight, then request the next."""
    WAIT = "wait"
    """Windows of another worker may come back."""
    END = "end"
    """No window is left."""


class WorkQueue:
    """The windows that have no answer yet, shared among workers.

    Args:
        positions: of the windows, ascending.
        workers: how many workers there are.
    """

    def __init__(self, positions: Sequence[int] | Positions, workers: int) -> None:
        self._positions = positions
        edges = [number * len(positions) // workers for number in range(workers + 1)]
        self._shares = [[first, end] for first, end in pairwise(edges)]
        self._in_flight: list[set[int]] = [set() for _ in range(workers)]
        self._suspects: deque[int] = deque()
        self._under_suspicion = [False] * workers
        self._crashes: Counter[int] = Counter()

    @property
    def left(self) -> int:
        """How many windows have no answer yet."""
        waiting = sum(end - first for first, end in self._shares)
        return waiting + len(self._suspects) + sum(map(len, self._in_flight))

    def next(self, worker: int) -> int | Instruction:
        """The position of the window that a worker asks next, or what it does instead."""
        in_flight = self._in_flight[worker]
        if in_flight and self._under_suspicion[worker]:
            return Instruction.DRAIN
        self._under_suspicion[worker] = bool(self._suspects) and not in_flight
        if self._under_suspicion[worker]:
            position = self._suspects.popleft()
        elif (share := self._share(worker)) is not None:
            position = int(self._positions[share[0]])
            share[0] += 1
        elif in_flight:
            return Instruction.DRAIN
        else:
            return Instruction.WAIT if self.left else Instruction.END
        in_flight.add(position)
        return position

    def answered(self, worker: int, position: int) -> None:
        """Notes that a window has its record."""
        self._in_flight[worker].discard(position)

    def died(self, worker: int, may_blame: bool = True) -> int | None:
        """Notes that a worker died; its windows in flight will be asked again.

        Args:
            worker: its number.
            may_blame: whether a window may be the cause: not before the model was loaded.

        Returns:
            The window that has now failed because its worker died `MAX_CRASHES` times, or None.
        """
        lost = sorted(self._in_flight[worker])
        self._in_flight[worker].clear()
        self._under_suspicion[worker] = False
        if len(lost) == 1 and may_blame:
            self._crashes[lost[0]] += 1
            if self._crashes[lost[0]] >= MAX_CRASHES:
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
