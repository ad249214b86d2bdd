"""Several worker processes on one machine that share the questions to a model."""

import selectors
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from touchline.errors import ComeBackLater, UserError
from touchline.models import Failure, FailureReason
from touchline.progress import Progress
from touchline.replies import JournalWriter
from touchline.runs.asking.ipc import Channel, Message
from touchline.runs.asking.sharing.window_claims import WindowClaims
from touchline.runs.asking.stop import Stop
from touchline.runs.asking.work_queue import MAX_CRASHES, Instruction, WorkQueue
from touchline.runs.asking.worker import WorkResult
from touchline.runs.asking.workers import WorkerConfig
from touchline.runs.planning.question_reader import QuestionReader
from touchline.runs.planning.shards import Shard, open_positions
from touchline.runs.run_folder import RunFolder

_MAX_FAILED_LOADS = 3
"""A slot is given up after so many workers in a row that died before their model was loaded."""

_MAX_FAILED_WORKERS = 12
"""The same for workers that died without an answer: several windows in a row may crash them."""

_POLL_SECONDS = 0.2
_ALL = Shard()
_GRACE_SECONDS = 5.0
"""Between terminating a worker and killing it."""


@dataclass
class _WorkerSlot:
    """One place in the pool: the process that runs there now, and how the ones before it ended.

    Attributes:
        number: of the slot; it names the worker's journal file.
        process: the worker, or None where none runs.
        channel: to the worker.
        is_waiting: whether the worker has requested a window and was sent none yet.
        is_loaded: whether the worker has loaded its model.
        is_told: whether the worker knows that the run has to end.
        failed_workers: workers in a row that died without an answer.
        failed_loads: workers in a row that died before their model was loaded.
    """

    number: int
    process: subprocess.Popen[bytes] | None = None
    channel: Channel | None = None
    is_waiting: bool = False
    is_loaded: bool = False
    is_told: bool = False
    failed_workers: int = 0
    failed_loads: int = 0


class Pool:
    """Worker processes that ask one model's questions.

    Args:
        folder: the run, planned.
        model: name of the model.
        workers: how many workers, and on which devices.
        stop: ends it early; the windows in flight are still answered.
        advance: called with the progress.
        shard: the part of the questions that is asked.
        again: windows that are asked although they have a reply (see `rounds_again`).
        claims: which questions this run asks, where others share them; None for all.
    """

    def __init__(  # noqa: PLR0913  (all that a pool can be told)
        self,
        folder: Path,
        model: str,
        workers: WorkerConfig,
        stop: Stop,
        advance: Progress,
        shard: Shard = _ALL,
        *,
        again: Mapping[str, int] | None = None,
        claims: WindowClaims | None = None,
    ) -> None:
        self._claims = claims
        self._folder, self._model, self._workers, self._shard = folder, model, workers, shard
        self._stop, self._advance = stop, advance
        self._again = again or {}
        self._questions = QuestionReader(folder, model)
        self._journal = RunFolder(folder).journal(model)
        self._slots: list[_WorkerSlot] = []
        self._selector = selectors.DefaultSelector()
        self._error: UserError | ComeBackLater | None = None
        self._failed = 0
        self._last_exit = ""

    def work(self) -> WorkResult:
        """Asks the questions of its shard that have no reply yet.

        Raises:
            UserError: a worker reported one, or no worker stays alive.
            ComeBackLater: a worker reported it, such as a full disk.
            KeyboardInterrupt: on the second signal; the workers have ended.
        """
        positions = open_positions(self._folder, self._model, self._shard, self._again)
        first, end = self._shard.bounds(self._questions.file.total)
        total = end - first
        if not len(positions):
            self._advance(total, total)
            return WorkResult(total, 0, 0, None)
        count = min(len(self._workers.devices), len(positions))
        self._queue = WorkQueue(positions, count)
        self._total = total
        self._report_progress()
        with ExitStack() as stack:
            stack.callback(self._end_all)
            stack.callback(self._selector.close)
            for number in range(count):
                self._slots.append(_WorkerSlot(number))
                self._start(self._slots[-1])
            while any(slot.process for slot in self._slots):
                self._poll()
        left = self._queue.left
        if self._error is None and left and self._stop.reason is None:
            self._error = UserError(
                f"the workers of model '{self._model}' died repeatedly without an answer "
                f"({self._last_exit}); see their output above."
            )
        if self._error is not None:
            raise self._error
        answered = total - left - self._failed
        return WorkResult(answered, self._failed, left, self._stop.reason if left else None)

    @property
    def _is_over(self) -> bool:
        return self._stop.reason is not None or self._error is not None

    def _poll(self) -> None:
        """Handles the messages of workers, and sends windows to those that wait."""
        for ready, _ in self._selector.select(_POLL_SECONDS):
            slot: _WorkerSlot = ready.data
            received = slot.channel.receive() if slot.channel else None
            if received is None:
                self._ended(slot)
                continue
            for message in received:
                self._handle(slot, message)
        for slot in self._slots:
            if self._is_over and slot.channel is not None and not slot.is_told:
                slot.is_told = True
                slot.channel.send({"stop": True})
            if slot.is_waiting:
                self._send_window(slot)

    def _handle(self, slot: _WorkerSlot, message: Message) -> None:
        if "request" in message:
            slot.is_waiting = True
        elif "loaded" in message:
            slot.is_loaded = True
            slot.failed_loads = 0
        elif "answered" in message:
            self._queue.answered(slot.number, message["answered"])
            self._failed += message["failed"]
            slot.failed_workers = 0
            self._report_progress()
        elif "user_error" in message:
            self._error = self._error or UserError(message["user_error"])
        elif "come_back_later" in message:
            self._error = self._error or ComeBackLater(message["come_back_later"])

    def _send_window(self, slot: _WorkerSlot) -> None:
        chosen = Instruction.END if self._is_over else self._next(slot.number)
        if chosen is Instruction.WAIT or slot.channel is None:
            return
        slot.is_waiting = False
        if isinstance(chosen, Instruction):
            slot.channel.send({chosen.value: True})
            return
        round_ = self._again.get(self._questions.key(chosen), 0) if self._again else 0
        slot.channel.send({"ask": chosen, "round": round_})

    def _next(self, worker: int) -> int | Instruction:
        """The window that a worker asks next; those that other runs ask are passed over."""
        while True:
            chosen = self._queue.next(worker)
            if isinstance(chosen, Instruction) or self._claims is None or self._claims.take(chosen):
                return chosen
            self._queue.answered(worker, chosen)
            if self._claims.error is not None:
                self._error = self._error or self._claims.error
                return Instruction.END

    def _ended(self, slot: _WorkerSlot) -> None:
        """Notes that a worker has ended: all is done, it was stopped, or it died."""
        assert slot.process is not None and slot.channel is not None
        self._selector.unregister(slot.channel.end)
        slot.channel.close()
        status = slot.process.wait()
        slot.process, slot.channel, slot.is_waiting = None, None, False
        failed_window = self._queue.died(slot.number, may_blame=slot.is_loaded)
        if status == 0 or self._is_over:
            return
        self._last_exit = _exit_text(status)
        slot.failed_workers += 1
        slot.failed_loads += not slot.is_loaded
        if failed_window is not None:
            self._give_up(failed_window)
        if slot.failed_workers < _MAX_FAILED_WORKERS and slot.failed_loads < _MAX_FAILED_LOADS:
            sys.stderr.write(
                f"touchline: a worker of model '{self._model}' died ({self._last_exit}); "
                "another one is started.\n"
            )
            self._start(slot)

    def _give_up(self, position: int) -> None:
        """Records that a window cannot be asked without losing the worker."""
        question = self._questions.question(position)
        message = f"its worker died {MAX_CRASHES} times when it was asked: {self._last_exit}"
        failure = Failure(question.key, FailureReason.ENGINE, message)
        with JournalWriter(self._journal, "given-up") as journal:
            journal.write(question.record(failure))
        self._failed += 1
        self._report_progress()

    def _start(self, slot: _WorkerSlot) -> None:
        ours, theirs = socket.socketpair()
        with theirs:
            slot.process = subprocess.Popen(  # noqa: S603  (this program, with the run's own names)
                [
                    *self._workers.command,
                    str(self._folder),
                    self._model,
                    f"w{slot.number:02d}",
                    str(theirs.fileno()),
                    *([self._workers.terms.text] if self._workers.terms else []),
                ],
                pass_fds=[theirs.fileno()],
                env=self._workers.environment(slot.number),
                # Ctrl-C reaches this process alone, which stops the workers in order.
                process_group=0,
                stdin=subprocess.DEVNULL,
            )
        slot.channel, slot.is_loaded, slot.is_told = Channel(ours), False, False
        self._selector.register(ours, selectors.EVENT_READ, slot)

    def _report_progress(self) -> None:
        self._advance(self._total - self._queue.left, self._total)

    def _end_all(self) -> None:
        """Ends the workers that still run: their answers are not awaited."""
        running = [slot.process for slot in self._slots if slot.process]
        for process in running:
            process.terminate()
        until = time.monotonic() + _GRACE_SECONDS
        for process in running:
            try:
                process.wait(max(0.0, until - time.monotonic()))
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _exit_text(status: int) -> str:
    """How a process ended, as text."""
    if status >= 0:
        return f"exit status {status}"
    name = signal.Signals(-status).name
    hint = ", perhaps because memory ran out" if -status == signal.SIGKILL else ""
    return f"killed by {name}{hint}"
