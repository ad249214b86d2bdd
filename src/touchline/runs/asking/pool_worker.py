"""One worker process of a pool: takes windows from its parent, asks them, writes the answers down.

    python -m touchline.runs.asking.pool_worker RUN MODEL NAME DESCRIPTOR

The descriptor is a socket to the parent. If the parent is gone, the worker ends by itself.
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
from touchline.models import Engine, Failure, load_engine
from touchline.replies import JournalWriter
from touchline.runs.asking.ask import LateEngine, ask
from touchline.runs.asking.ipc import Channel, Message
from touchline.runs.asking.stop import Stop
from touchline.runs.asking.worker import LoadEngine
from touchline.runs.planning.planned_questions import PlannedQuestions
from touchline.runs.planning.question_builder import Question
from touchline.runs.run_folder import RunFolder

_GRACE_SECONDS = 10.0
"""For an engine to close what it started once the parent is gone."""


class _Parent:
    """The parent as the worker sees it: a source of windows and somebody to tell."""

    def __init__(self, channel: Channel) -> None:
        self._channel = channel
        self._words: queue.SimpleQueue[Message] = queue.SimpleQueue()
        self.is_over = False
        threading.Thread(target=self._listen, daemon=True).start()

    def positions(self) -> Iterator[int]:
        """Windows to ask, until the parent wants those in flight answered first or is done."""
        while True:
            self.tell({"want": True})
            word = self._words.get()
            if "ask" not in word:
                self.is_over = "end" in word
                return
            yield word["ask"]

    def tell(self, message: Message) -> None:
        """Sends a message; that nobody is there is noticed by `_listen`."""
        self._channel.send(message)

    def _listen(self) -> None:
        for message in self._channel.messages():
            self._words.put(message)
        os.kill(os.getpid(), signal.SIGTERM)
        # The main thread may be deep in a library that never looks at signals.
        threading.Event().wait(_GRACE_SECONDS)
        os._exit(EXIT_LATER)


def serve(folder: Path, model: str, name: str, channel: Channel, load: LoadEngine) -> None:
    """Asks what the parent hands out until it says that this is the end.

    Args:
        folder: the run.
        model: who is asked.
        name: of this worker, for its journal file.
        channel: to the parent.
        load: makes the engine of a card.

    Raises:
        UserError: the engine cannot be loaded, its endpoint refuses, or a video has changed.
        ComeBackLater: the journal cannot be written, or the engine says to ask later.
    """
    parent = _Parent(channel)
    planned = PlannedQuestions(folder, model)
    position_of: dict[str, int] = {}

    def handed_out() -> Iterator[Question]:
        for position in parent.positions():
            one = planned.question(position)
            position_of[one.key] = position
            yield one

    def loaded() -> Engine:
        made = load(planned.model.card, planned.rates)
        parent.tell({"loaded": True})
        return made

    engine = LateEngine(loaded, planned.recipes)
    with engine, JournalWriter(RunFolder(folder).journal(model), name) as journal:
        while not parent.is_over:
            for record in ask(handed_out(), engine, journal, Stop()):
                failed = isinstance(record.answer, Failure)
                position = position_of.pop(record.answer.key)
                parent.tell({"answered": position, "failed": failed})


def main(arguments: Sequence[str], load: LoadEngine = load_engine) -> int:
    """The process: errors for a person go to the parent, which says them once."""
    folder, model, name, descriptor = arguments
    signal.signal(signal.SIGTERM, _end)
    end = socket.socket(fileno=int(descriptor))
    end.set_inheritable(False)
    channel = Channel(end)
    try:
        serve(Path(folder), model, name, channel, load)
    except UserError as error:
        channel.send({"refused": str(error)})
    except ComeBackLater as error:
        channel.send({"later": str(error)})
    return 0


def _end(_number: int, _frame: FrameType | None) -> None:
    raise SystemExit(EXIT_LATER)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
