"""Models in programs of their own: one worker for each device, each asked one window at a time."""

import shutil
import tempfile
import time
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from touchline.errors import UserError
from touchline.models.card_types.worker_program import WorkerCard
from touchline.models.consent import runs_remote_code
from touchline.models.engines.frame_limits import lowered_sizes
from touchline.models.engines.images import mp4, smaller_jpeg
from touchline.models.engines.served.multiplex import multiplexed
from touchline.models.engines.worker.messages import WorkerFailure, WorkerReply
from touchline.models.engines.worker.process import Worker, WorkerGoneError
from touchline.models.engines.worker.python_environment import worker_python
from touchline.models.frame_subsampling import shown_frames
from touchline.models.hub.snapshots import local_checkpoint, served_by_checkpoint
from touchline.models.types import IGNORED, Failure, FailureReason, Reply, Request, ServedBy
from touchline.models.unexpected_errors import MOST_UNEXPECTED
from touchline.prompts import Image, Text
from touchline.video import MissingFrameError

MOST_RESTARTS = 3
"""After so many restarts the engine gives up; good answers make up for them."""

_GOOD_PER_RESTART = 50

_REASONS = {
    "memory": FailureReason.MEMORY,
    "too_long": FailureReason.TOO_LONG,
    "error": FailureReason.ENGINE,
}


class WorkerEngine:
    """Asks workers. One that ends, hangs or breaks the protocol fails its window and is restarted.

    Args:
        card: the model.

    Raises:
        UserError: a worker did not start, or is not what the card says; none is left then.
    """

    def __init__(self, card: WorkerCard) -> None:
        runs_remote_code(card)
        worker_python(card)
        folder = local_checkpoint(card)
        self._folder = Path(tempfile.mkdtemp(prefix="touchline-worker-"))
        with ExitStack() as started:
            started.callback(shutil.rmtree, self._folder, ignore_errors=True)
            self._lanes = []
            for at, device in enumerate(card.devices or (None,)):
                lane = _Lane(card, folder, device, self._folder / str(at))
                started.callback(lane.close)
                self._lanes.append(lane)
            started.pop_all()

    def replies(self, requests: Iterable[Request]) -> Iterator[Reply | Failure]:
        """See `Engine.replies`.

        Raises:
            UserError: every window would fail: a worker cannot be restarted, or all fail alike.
        """
        return multiplexed([lane.replies for lane in self._lanes], requests)

    def close(self) -> None:
        """Ends all workers."""
        with ExitStack() as ending:
            ending.callback(shutil.rmtree, self._folder, ignore_errors=True)
            for lane in self._lanes:
                ending.callback(lane.close)


class _Lane:
    """One worker and the windows that it is asked about."""

    def __init__(
        self, card: WorkerCard, checkpoint: Path, device: str | None, folder: Path
    ) -> None:
        served = served_by_checkpoint(card, checkpoint)
        self._start = partial(Worker, card, checkpoint, served.version, device)
        self._card, self._folder, self._commit = card, folder, served
        self._worker: Worker | None = self._start()
        self._served = self._who(self._worker)
        self._restarts, self._good, self._errors = 0, 0, 0

    def replies(self, requests: Iterable[Request]) -> Iterator[Reply | Failure]:
        """One answer after the other, in order."""
        for request in requests:
            started = time.monotonic()
            yield self._answer(request, started)

    def close(self) -> None:
        """Ends the worker."""
        if self._worker is not None:
            self._worker.stop()
            self._worker = None

    def _answer(self, request: Request, started: float) -> Reply | Failure:
        fail = partial(_failure, request.key, started)
        try:
            jpegs = self._shown(request)
        except MissingFrameError as error:
            return fail(FailureReason.FRAMES, str(error))
        if self._card.frames.most_of(len(jpegs)) != len(jpegs):
            return fail(
                FailureReason.FRAMES,
                f"the model takes {self._card.frames} frames, and this window has {len(jpegs)}.",
            )
        sized = [smaller_jpeg(one, None, self._card.max_pixels) for one in jpegs]
        if self._worker is None:
            self._worker = self._start()
            self._served = self._who(self._worker)
        fields = self._fields(request, sized)
        waited_s = time.monotonic() - started
        try:
            said = self._worker.ask(request.key, fields)
        except WorkerGoneError as error:
            self._gone(str(error))
            return fail(FailureReason.ENGINE, str(error))
        finally:
            shutil.rmtree(self._folder, ignore_errors=True)
        if isinstance(said, WorkerFailure):
            return self._failed(said, fail(_REASONS[said.kind], said.message or said.kind))
        if said.frames_used != len(jpegs):
            return fail(
                FailureReason.ENGINE,
                f"the worker was given {len(jpegs)} frames and used {said.frames_used}.",
            )
        self._count_good()
        reply = self._reply(said, started, lowered_sizes(jpegs, sized))
        return replace(reply, waited_seconds=waited_s)

    def _shown(self, request: Request) -> list[bytes]:
        """The frames of the prompt, in order."""
        kinds = [type(part) for part in request.messages.parts]
        images = kinds.count(Image)
        if kinds[:images].count(Text):
            raise UserError(
                f"model '{self._card.name}': a worker shows frames before the text, and the "
                f"prompt {request.messages.template} has text between them: choose another prompt."
            )
        frames = request.read_frames()
        return [frames[place] for place in shown_frames(request.messages)]

    def _fields(self, request: Request, jpegs: list[bytes]) -> dict[str, Any]:
        """The question, with the frames as files."""
        self._folder.mkdir(parents=True, exist_ok=True)
        window = request.window
        times = [
            window.frame_times_ms[place] - window.start_ms
            for place in shown_frames(request.messages)
        ]
        files = [self._folder / f"{at:04d}.jpg" for at in range(len(jpegs))]
        for file, jpeg in zip(files, jpegs, strict=True):
            file.write_bytes(jpeg)
        fields: dict[str, Any] = {
            "system": request.messages.system,
            "text": request.messages.text,
            "frames": [str(file) for file in files],
            "times_ms": times,
            "generation": asked_settings(self._card, request),
        }
        if self._card.mp4:
            video = self._folder / "frames.mp4"
            video.write_bytes(mp4(jpegs, times))
            fields["mp4"] = str(video)
        return fields

    def _reply(self, said: WorkerReply, started: float, lowered: tuple[str, ...]) -> Reply:
        return Reply(
            key=said.key,
            text=said.text.strip(),
            finish_reason=said.finish,
            seconds=time.monotonic() - started,
            prompt_tokens=said.prompt_tokens,
            completion_tokens=said.completion_tokens,
            lowered=lowered,
            served=self._served,
            unusable=tuple(f"{name} {IGNORED}" for name in said.ignored),
        )

    def _failed(self, said: WorkerFailure, failure: Failure) -> Failure:
        """A failure; where all windows have the same trouble, the trouble is not theirs."""
        self._errors = self._errors + 1 if said.kind == "error" else 0
        if self._errors >= MOST_UNEXPECTED:
            log = self._worker.log if self._worker else ""
            raise UserError(
                f"model '{self._card.name}': its worker failed {self._errors} times in a row, at "
                f"last with {said.message}; its log is {log}."
            )
        return failure

    def _gone(self, sentence: str) -> None:
        """Ends what is left of a worker; the next window gets a new one."""
        self.close()
        self._restarts, self._good = self._restarts + 1, 0
        if self._restarts > MOST_RESTARTS:
            raise UserError(f"{sentence.rstrip('.')}; it was started {self._restarts} times.")

    def _count_good(self) -> None:
        self._errors = 0
        self._good += 1
        if self._good >= _GOOD_PER_RESTART:
            self._restarts, self._good = 0, 0

    def _who(self, worker: Worker) -> ServedBy:
        """Who answers: the checkpoint, its commit, and the versions of what runs it."""
        ready = worker.ready
        versions = [f"{name} {one}" for name, one in sorted(ready.versions.items()) if one]
        where = [text for text in (ready.device, ready.dtype) if text]
        return ServedBy(
            model=self._commit.model,
            version=self._commit.version,
            fingerprint="; ".join(filter(None, [", ".join(versions), " ".join(where)])) or None,
        )


def asked_settings(card: WorkerCard, request: Request) -> dict[str, Any]:
    """The generation settings of a question, by name: those that the card honours and has."""
    given = request.generation.model_dump(mode="json")
    return {name: given[name] for name in card.honours if given[name] is not None}


def _failure(key: str, started: float, reason: FailureReason, message: str) -> Failure:
    return Failure(key, reason, message, time.monotonic() - started)
