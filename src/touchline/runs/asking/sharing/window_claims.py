"""Which windows a process asks, where several share a run: each claims blocks of windows.

A claim is a file that only one process can make. Those of a process that is gone are taken over:
the file of the next number is made, and the highest number counts.
"""

import time
from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from itertools import chain
from pathlib import Path

from touchline.errors import ComeBackLater, UserError
from touchline.files import make_folder, writing
from touchline.runs.asking.sharing.asking_process import create

_LARGEST_BLOCK = 32
_LEAST_BLOCKS = 64
"""So that nobody waits for more than a small share of the work in the end."""

_WRITTEN_S = 10.0
"""A claim whose owner is not written after so long is that of a process that was killed."""


class WindowClaims:
    """The blocks of one model's questions.

    Attributes:
        given: how many questions this process was given.
        error: why no more questions can be claimed; None where they can.
        skipped: how many of the questions that `taken` went through last are those of others.

    Args:
        folder: of the claims; made if it does not exist.
        total: how many questions there are.
        owner: the id of this process.
        is_gone: whether another process is gone, by its id.
        whole: all questions are one block.
    """

    def __init__(
        self, folder: Path, total: int, owner: str, is_gone: Callable[[str], bool], whole: bool
    ) -> None:
        with writing(folder):
            make_folder(folder)
        self._folder, self._owner, self._is_gone = folder, owner, is_gone
        self._size = max(1, total if whole else min(_LARGEST_BLOCK, total // _LEAST_BLOCKS))
        self._mine: set[int] = set()
        self._others: set[int] = set()
        self._finished: set[int] = set()
        self._empty_since: dict[Path, float] = {}
        self.error: UserError | ComeBackLater | None = None
        self.given = self.skipped = 0

    def take(self, position: int) -> bool:
        """Whether this process asks a question: its block was free, or is its own.

        Once `error` says why, no further question is.
        """
        block = position // self._size
        if not any(block in known for known in (self._mine, self._others, self._finished)):
            try:
                taken = self.error is None and create(self._file(block, 0), self._owner.encode())
            except (UserError, ComeBackLater) as error:
                self.error = error
            if self.error is not None:
                return False
            (self._mine if taken else self._others).add(block)
        self.given += block in self._mine
        return block in self._mine

    def taken(self, positions: Sequence[int]) -> Iterator[int]:
        """Those of some questions that this process asks, each claimed when it is pulled.

        A process that joins begins in the middle of what is free, so that it decodes other videos
        than the process that is there already.
        """
        self.skipped = 0
        free = [one for one in positions if not self._file(one // self._size, 0).exists()]
        middle = len(free) // 2 if len(free) < len(positions) else 0
        start = bisect_left(positions, free[middle]) if free else 0
        for position in chain(positions[start:], positions[:start]):
            if self.take(position):
                yield position
            else:
                self.skipped += 1

    def finish(self) -> None:
        """Notes that all questions of this process's blocks have their records."""
        for block in self._mine:
            create(self._folder / f"{block}.done", b"")
        self._finished |= self._mine
        self._mine.clear()

    def waiting(self) -> int:
        """How many blocks others still ask; those of processes that are gone become this one's."""
        for block in sorted(self._others):
            if (self._folder / f"{block}.done").exists():
                self._others.discard(block)
                self._finished.add(block)
            elif self._take_over(block):
                self._others.discard(block)
                self._mine.add(block)
        return len(self._others)

    @property
    def has_taken_over(self) -> bool:
        """Whether there are blocks of this process's own that are not finished."""
        return bool(self._mine)

    def _take_over(self, block: int) -> bool:
        number = 0
        while self._file(block, number + 1).exists():
            number += 1
        if not self._is_free(self._file(block, number)):
            return False
        return create(self._file(block, number + 1), self._owner.encode())

    def _is_free(self, claim: Path) -> bool:
        owner = claim.read_bytes().decode(errors="replace")
        if owner.isalnum():
            return self._is_gone(owner)
        now = time.monotonic()
        return now - self._empty_since.setdefault(claim, now) > _WRITTEN_S

    def _file(self, block: int, number: int) -> Path:
        return self._folder / f"{block}.{number}"
