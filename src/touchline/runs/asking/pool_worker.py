"""One worker process of a pool: takes windows from its parent, asks them, records the answers.

    python -m touchline.runs.asking.pool_worker RUN MODEL NAME DESCRIPTOR [TERMS]

The descriptor is a socket to the parent, the terms are those of money that the run spends. If the
parent is gone, the worker ends by itself.
"""

import os
import queue
import signal
import socket
import sys
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import FrameType

from touchline.errors import EXIT_LATER, ComeBackLater, UserError
from touchline.models import Card, ClassPriors, Engine, Failure, load_engine
from touchline.replies import JournalWriter
from touchline.runs.asking.ask import LazyEngine, ask
from touchline.runs.asking.ipc import Channel, Message
from touchline.runs.asking.stop import Stop
from touchline.runs.asking.watching.record_guards import guard_of
from touchline.runs.asking.work_queue import Instruction
from touchline.runs.asking.worker import LoadEngine
from touchline.runs.asking.workers import WorkerTerms
from touchline.runs.cost.spend_limit import LimitedEngine, SpendLimit, Tariff
from touchline.runs.cost.spending_file import SpendingFile
from touchline.runs.planning.question_builder import Question
from touchline.runs.planning.question_reader import QuestionReader
from touchline.runs.run_folder import RunFolder

_GRACE_SECONDS = 10.0
"""For an engine to close what it started after the parent is gone."""


class _ToldToEnd(SystemExit):
    """The parent ends this process; an exit of a checkpoint's own code is another one."""


class _Parent:
    """The parent process: it sends windows and gets messages about them."""

    def __init__(self, channel: Channel, stop: Stop) -> None:
        self._channel, self._stop = channel, stop
        self._instructions: queue.SimpleQueue[Message] = queue.SimpleQueue()
        self.is_over = False
        threading.Thread(target=self._listen, daemon=True).start()

    def positions(self) -> Iterator[tuple[int, int]]:
        """Windows to ask and the round of each reply, until an instruction (see `Instruction`)."""
        while True:
            self.send({"request": True})
            message = self._instructions.get()
            if "ask" not in message:
                self.is_over = Instruction.END.value in message
                return
            yield message["ask"], message.get("round", 0)

    def send(self, message: Message) -> None:
        """Sends a message; that the parent is gone is noticed by `_listen`."""
        self._channel.send(message)

    def _listen(self) -> None:
        for message in self._channel.messages():
            if "stop" in message:
                self._stop.request("the run was stopped")
            else:
                self._instructions.put(message)
        os.kill(os.getpid(), signal.SIGTERM)
        # The main thread may be deep in a library that never looks at signals.
        threading.Event().wait(_GRACE_SECONDS)
        os._exit(EXIT_LATER)


def serve(folder: Path, model: str, name: str, channel: Channel, load: LoadEngine) -> None:
    """Asks the windows that the parent sends, until it sends the instruction to end.

    Args:
        folder: the run.
        model: name of the model.
        name: of this worker, for its journal file.
        channel: to the parent.
        load: loads the engine of a card.

    Raises:
        UserError: the engine cannot be loaded, its endpoint refuses, or a video has changed.
        ComeBackLater: the journal cannot be written, or the engine says to ask later.
    """
    stop = Stop()
    parent = _Parent(channel, stop)
    reader = QuestionReader(folder, model)
    position_of: dict[str, int] = {}
    rounds: dict[str, int] = {}

    def questions() -> Iterator[Question]:
        for position, round_ in parent.positions():
            question = reader.question(position)
            position_of[question.key] = position
            rounds[question.key] = round_
            yield question

    def load_and_report() -> Engine:
        engine = load(reader.model.card, reader.class_priors)
        parent.send({"loaded": True})
        return engine

    guard = guard_of(folder, reader.model)
    engine = LazyEngine(load_and_report, reader.specs)
    with engine, JournalWriter(RunFolder(folder).journal(model), name, rounds) as journal:
        while not parent.is_over:
            for record in ask(questions(), engine, journal, stop, guard):
                failed = isinstance(record.answer, Failure)
                position = position_of.pop(record.answer.key)
                parent.send({"answered": position, "failed": failed})


def main(arguments: Sequence[str], load: LoadEngine = load_engine) -> int:
    """The process. Errors for the user go to the parent, which reports each once."""
    folder, model, name, descriptor, *terms = arguments
    if terms:
        load = _limited(load, Path(folder), WorkerTerms.parse(terms[0]))
    signal.signal(signal.SIGTERM, _end)
    end = socket.socket(fileno=int(descriptor))
    end.set_inheritable(False)
    channel = Channel(end)
    try:
        serve(Path(folder), model, name, channel, load)
    except UserError as error:
        channel.send({"user_error": str(error)})
    except ComeBackLater as error:
        channel.send({"come_back_later": str(error)})
    return 0


def _limited(load: LoadEngine, folder: Path, terms: WorkerTerms) -> LoadEngine:
    """Loads engines that count what they spend with all processes of the run."""

    def loaded(card: Card, priors: ClassPriors | None) -> Engine:
        tariff = Tariff(card, card.price, terms.frame_size)
        budget = SpendLimit(terms.limit_usd, SpendingFile(RunFolder(folder).spending))
        return LimitedEngine(load(card, priors), tariff, budget)

    return loaded


def _end(_number: int, _frame: FrameType | None) -> None:
    raise _ToldToEnd(EXIT_LATER)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
