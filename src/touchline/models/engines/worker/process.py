"""One worker: a program that is started, asked and ended."""

import itertools
import os
import re
import subprocess
from contextlib import suppress
from pathlib import Path
from typing import Any

from touchline.errors import UserError
from touchline.models.card_types.worker_program import WorkerCard
from touchline.models.consent import runs_remote_code
from touchline.models.engines.served.logs import explained, new_log
from touchline.models.engines.served.server_command import Command
from touchline.models.engines.served.supervised import start_supervised
from touchline.models.engines.worker.channel import ClosedPipeError, LineChannel
from touchline.models.engines.worker.messages import (
    PROTOCOL,
    BrokenProtocolError,
    Message,
    Ready,
    WorkerFailure,
    WorkerReply,
    read_message,
    write_message,
)
from touchline.models.engines.worker.python_environment import pinned_versions, worker_python

GRACE_S = 5.0
"""How long a worker may take to exit after SIGTERM, before it is killed."""

RUNNER = Path(__file__).with_name("runner.py")
_WRONG_FOR_ANOTHER_PYTHON = {"PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV", "PYTHONSTARTUP"}
_SECRET = re.compile(r"(KEY|TOKEN|SECRET|PASSWORD)$")
"""How variables end that are none of the business of foreign code."""

_EXIT_S = 1.0
"""How long to wait for the exit code of a program that has closed its pipe."""

_numbers = itertools.count()


class WorkerGoneError(Exception):
    """A worker can no longer be asked; the message is a sentence for the user."""


class Worker:
    """A worker that was started; its model is loaded.

    Args:
        card: the model.
        checkpoint: the folder of its weights.
        commit: of the hub repository; None for a local folder.
        device: the one GPU that it may see, or None for all that this process sees.

    Raises:
        UserError: it did not start, or is not what the card says; nothing of it is left.

    Attributes:
        ready: what it says of itself.
        log: the file with its output.
    """

    def __init__(
        self, card: WorkerCard, checkpoint: Path, commit: str | None, device: str | None = None
    ) -> None:
        runs_remote_code(card)
        self._card = card
        self.log = new_log(card.name, next(_numbers) + 1000 * os.getpid())
        self._supervisor, self._channel = self._start(device)
        try:
            self.ready = self._greet(checkpoint, commit)
        except BaseException:
            self.stop()
            raise

    def ask(self, key: str, fields: dict[str, Any]) -> WorkerReply | WorkerFailure:
        """The answer to one question.

        Args:
            key: of the question.
            fields: the rest of the question.

        Raises:
            WorkerGoneError: it ended, does not answer, or said what it must not.
        """
        try:
            if self._channel.unasked() is not None:
                raise BrokenProtocolError("it answered without being asked")
            self._channel.send(write_message("ask", {"key": key, **fields}), self._card.timeout_s)
            answer = self._receive(self._card.timeout_s)
            if isinstance(answer, Ready) or answer.key != key:
                raise BrokenProtocolError("it answered another question than it was asked")
        except BrokenProtocolError as error:
            raise WorkerGoneError(self._sentence(f"broke the protocol: {error}")) from error
        except TimeoutError as error:
            said = f"did not answer within {self._card.timeout_s:g} s"
            raise WorkerGoneError(self._sentence(said)) from error
        except ClosedPipeError as error:
            raise WorkerGoneError(self._sentence("ended")) from error
        return answer

    def stop(self) -> None:
        """Ends the worker and everything that it started; a second call does nothing."""
        self._channel.close()
        if self._supervisor.stdin and not self._supervisor.stdin.closed:
            self._supervisor.stdin.close()
        self._supervisor.wait()

    def _start(self, device: str | None) -> "tuple[subprocess.Popen[bytes], LineChannel]":
        program = worker_python(self._card)
        arguments = (str(program), "-s", str(RUNNER), str(self._card.adapter_file()))
        its_input, questions = os.pipe()
        answers, its_output = os.pipe()
        command = Command(arguments, worker_environment(self._card, program, device))
        pipes = (its_input, its_output)
        try:
            started = start_supervised(command, self.log, GRACE_S, pipes, withheld())
        finally:
            for number in pipes:
                os.close(number)
        return started, LineChannel(answers, questions, self._note)

    def _greet(self, checkpoint: Path, commit: str | None) -> Ready:
        """What the worker says once its model is loaded, compared with the card."""
        card = self._card
        packages = pinned_versions(card)
        crops = {} if card.crops is None else {"crops": card.crops}
        hello = {
            "protocol": PROTOCOL,
            "adapter": str(card.adapter_file()),
            "checkpoint": str(checkpoint),
            "commit": commit,
            "options": {"precision": card.precision, **crops, **card.options},
            "packages": sorted(packages),
        }
        try:
            self._channel.send(write_message("hello", hello), card.start_s)
            found = self._receive(card.start_s)
        except BrokenProtocolError as error:
            raise UserError(self._sentence(f"broke the protocol: {error}")) from error
        except TimeoutError as error:
            said = f"was not ready after {card.start_s:g} s"
            raise UserError(self._sentence(said)) from error
        except ClosedPipeError as error:
            raise UserError(self._sentence("did not start")) from error
        if not isinstance(found, Ready):
            raise UserError(self._sentence("broke the protocol: it answered before it was ready"))
        if difference := difference_from(card, found):
            raise UserError(f"the worker of model '{card.name}' {difference}.")
        return found

    def _receive(self, timeout_s: float) -> Message:
        return read_message(self._channel.receive(timeout_s))

    def _note(self, line: bytes) -> None:
        """Keeps what is no message in the log."""
        with self.log.open("ab") as file:
            file.write(line + b"\n")

    def _sentence(self, what: str) -> str:
        with suppress(subprocess.TimeoutExpired):
            self._supervisor.wait(_EXIT_S if what in ("ended", "did not start") else 0)
        subject = f"the worker of model '{self._card.name}' {what}"
        return explained(subject, self.log, self._supervisor.poll())


def difference_from(card: WorkerCard, ready: Ready) -> str | None:
    """What a worker says otherwise than its card, as a clause; None where they agree."""
    if ready.frames != card.frames:
        return (
            f"takes {ready.frames} frames, and the card says {card.frames}: correct 'frames' in "
            "the card"
        )
    if missing := sorted(set(card.honours) - set(ready.settings)):
        return (
            f"does not pass on {', '.join(missing)}, which the card honours: correct 'honours' in "
            "the card"
        )
    for name, wanted in pinned_versions(card).items():
        found = ready.versions.get(name)
        if wanted is not None and found != wanted:
            has = f"has {name} {found}" if found else f"lacks {name}"
            return (
                f"{has}, and the card pins {wanted}: touchline models env {card.name} --again, "
                "or correct 'requirements' in the card"
            )
    return None


def withheld() -> list[str]:
    """Variables of this process that a worker does not get."""
    return [
        name for name in os.environ if name in _WRONG_FOR_ANOTHER_PYTHON or _SECRET.search(name)
    ]


def worker_environment(card: WorkerCard, program: Path, device: str | None) -> dict[str, str]:
    """Variables of a worker: it finds the makers' code, and asks no hub."""
    sources = program.parents[1] / "sources"
    folders = sorted(str(one) for one in sources.iterdir()) if sources.is_dir() else []
    paths = {"PYTHONPATH": os.pathsep.join(folders)} if folders else {}
    shown = {"CUDA_VISIBLE_DEVICES": device} if device is not None else {}
    offline = {"HF_HUB_OFFLINE": "1", "TRANSFORMERS_OFFLINE": "1"}
    return {**offline, "PYTHONUNBUFFERED": "1", **paths, **shown, **card.worker_env}
