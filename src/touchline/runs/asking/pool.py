"""Several worker processes on one machine that share the questions to a model."""

import selectors
import signal
import socket
import subprocess
import sys
import time
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from touchline.errors import ComeBackLater, UserError
from touchline.models import Failure, FailureReason
from touchline.progress import Progress
from touchline.replies import JournalWriter, Record, read_index
from touchline.runs.asking.ipc import Channel, Message
from touchline.runs.asking.stop import Stop
from touchline.runs.asking.work_queue import MOST_DEATHS, Word, WorkQueue
from touchline.runs.asking.worker import WorkResult
from touchline.runs.asking.workers import WorkerConfig
from touchline.runs.planning.planned_questions import PlannedQuestions
from touchline.runs.planning.shards import Shard, missing
from touchline.runs.run_folder import RunFolder

_MOST_STILLBORN = 3
"""A place whose workers died so many times in a row before their model was loaded is given up."""

_MOST_BARREN = 12
"""The same for workers that died without an answer; some windows may well kill one by one."""

_LOOK_SECONDS = 0.2
_ALL = Shard()
_GRACE_SECONDS = 5.0
"""Between asking a worker to end at once and ending it."""


@dataclass
class _Seat:
    """A place at the pool: the process that sits there now, and how its predecessors fared."""

    number: int
    process: subprocess.Popen[bytes] | None = None
    channel: Channel | None = None
    waits: bool = False
    loaded: bool = False
    barren: int = 0
    stillborn: int = 0


class Pool:
    """Workers over one model's questions.

    Args:
        folder: the run, planned.
        model: who is asked.
        hands: how many workers, and on which devices.
        stop: ends it early; the windows in flight are still answered.
        advance: told of progress.
        shard: the part of the questions that is asked.
    """

    def __init__(
        self,
        folder: Path,
        model: str,
        hands: WorkerConfig,
        stop: Stop,
        advance: Progress,
        shard: Shard = _ALL,
    ) -> None:
        self._folder, self._model, self._hands, self._shard = folder, model, hands, shard
        self._stop, self._advance = stop, advance
        self._planned = PlannedQuestions(folder, model)
        self._journal = RunFolder(folder).journal(model)
        self._seats: list[_Seat] = []
        self._selector = selectors.DefaultSelector()
        self._error: UserError | ComeBackLater | None = None
        self._failed = 0
        self._last_death = ""

    def work(self) -> WorkResult:
        """Asks the questions of its shard that have no reply yet.

        Raises:
            UserError: a worker said so, or none can be kept alive.
            ComeBackLater: a worker said so; the disk may be full.
            KeyboardInterrupt: the second signal; the workers have ended.
        """
        positions = missing(self._planned.file, read_index(self._journal), self._shard)
        first, end = self._shard.bounds(self._planned.file.total)
        total = end - first
        if not len(positions):
            self._advance(total, total)
            return WorkResult(total, 0, 0, None)
        count = min(len(self._hands.devices), len(positions))
        self._deal = WorkQueue(positions, count)
        self._total = total
        self._tell()
        with ExitStack() as stack:
            stack.callback(self._end_all)
            stack.callback(self._selector.close)
            for number in range(count):
                self._seats.append(_Seat(number))
                self._start(self._seats[-1])
            while any(seat.process for seat in self._seats):
                self._turn()
        left = self._deal.left
        if self._error is None and left and self._stop.reason is None:
            self._error = UserError(
                f"the workers of model '{self._model}' died again and again without an answer "
                f"({self._last_death}); what they wrote above says more."
            )
        if self._error is not None:
            raise self._error
        answered = total - left - self._failed
        return WorkResult(answered, self._failed, left, self._stop.reason if left else None)

    def _turn(self) -> None:
        """Hears what workers say, and answers those that wait."""
        for ready, _ in self._selector.select(_LOOK_SECONDS):
            seat: _Seat = ready.data
            received = seat.channel.receive() if seat.channel else None
            if received is None:
                self._gone(seat)
                continue
            for message in received:
                self._hear(seat, message)
        for seat in self._seats:
            if seat.waits:
                self._hand_out(seat)

    def _hear(self, seat: _Seat, message: Message) -> None:
        if "want" in message:
            seat.waits = True
        elif "loaded" in message:
            seat.loaded = True
            seat.stillborn = 0
        elif "answered" in message:
            self._deal.answered(seat.number, message["answered"])
            self._failed += message["failed"]
            seat.barren = 0
            self._tell()
        elif "refused" in message:
            self._error = self._error or UserError(message["refused"])
        elif "later" in message:
            self._error = self._error or ComeBackLater(message["later"])

    def _hand_out(self, seat: _Seat) -> None:
        over = self._stop.reason is not None or self._error is not None
        word = Word.END if over else self._deal.next(seat.number)
        if word is Word.WAIT or seat.channel is None:
            return
        seat.waits = False
        seat.channel.send({word.value: True} if isinstance(word, Word) else {"ask": word})

    def _gone(self, seat: _Seat) -> None:
        """A worker has ended: because all is done, because it was told to, or it died."""
        assert seat.process is not None and seat.channel is not None
        self._selector.unregister(seat.channel.end)
        seat.channel.close()
        status = seat.process.wait()
        seat.process, seat.channel, seat.waits = None, None, False
        culprit = self._deal.died(seat.number, may_blame=seat.loaded)
        over = self._stop.reason is not None or self._error is not None
        if status == 0 or over:
            return
        self._last_death = _death(status)
        seat.barren += 1
        seat.stillborn += not seat.loaded
        if culprit is not None:
            self._give_up(culprit)
        if seat.barren < _MOST_BARREN and seat.stillborn < _MOST_STILLBORN:
            sys.stderr.write(
                f"touchline: a worker of model '{self._model}' died ({self._last_death}); "
                "another takes its place.\n"
            )
            self._start(seat)

    def _give_up(self, position: int) -> None:
        """Writes down that a window cannot be asked without losing the worker."""
        one = self._planned.question(position)
        message = f"its worker died {MOST_DEATHS} times when it was asked: {self._last_death}"
        failure = Failure(one.key, FailureReason.ENGINE, message)
        with JournalWriter(self._journal, "given-up") as journal:
            journal.write(Record(one.window, one.messages.first_frame, failure))
        self._failed += 1
        self._tell()

    def _start(self, seat: _Seat) -> None:
        ours, theirs = socket.socketpair()
        with theirs:
            seat.process = subprocess.Popen(  # noqa: S603  (this program, with the run's own names)
                [
                    *self._hands.command,
                    str(self._folder),
                    self._model,
                    f"w{seat.number:02d}",
                    str(theirs.fileno()),
                ],
                pass_fds=[theirs.fileno()],
                env=self._hands.environment(seat.number),
                # A key pressed at the terminal reaches this process alone, which tells them.
                process_group=0,
                stdin=subprocess.DEVNULL,
            )
        seat.channel, seat.loaded = Channel(ours), False
        self._selector.register(ours, selectors.EVENT_READ, seat)

    def _tell(self) -> None:
        self._advance(self._total - self._deal.left, self._total)

    def _end_all(self) -> None:
        """Ends the workers that are still there: nobody waits for their answers."""
        running = [seat.process for seat in self._seats if seat.process]
        for process in running:
            process.terminate()
        until = time.monotonic() + _GRACE_SECONDS
        for process in running:
            try:
                process.wait(max(0.0, until - time.monotonic()))
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _death(status: int) -> str:
    """How a process ended, in words."""
    if status >= 0:
        return f"exit status {status}"
    name = signal.Signals(-status).name
    hint = ", perhaps for want of memory" if -status == signal.SIGKILL else ""
    return f"killed by {name}{hint}"
