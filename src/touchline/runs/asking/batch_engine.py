"""Asks through a batch API: submits what is missing, comes back later, collects.

It is an engine like any other, so answers are recorded as usual. Its state is in the run's folder
(`batches/<model>/`), so any later `touchline run` continues with it.
"""

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from touchline.errors import ComeBackLater, UserError
from touchline.models import (
    BatchService,
    BatchStatus,
    Engine,
    Failure,
    FailureReason,
    Reply,
    Request,
)
from touchline.runs.asking.batch_shards import BatchShard, BatchShards
from touchline.text import counted, shorten
from touchline.video import MissingFrameError

ATTEMPTS = 3
"""A window that failed in so many batches has failed."""


class BatchEngine:
    """Answers from batches that have ended; what is missing is submitted, or asked at once.

    Args:
        service: the batch API.
        folder: of this model's shards (see `RunFolder.batches`).
        live: loads the engine that asks at once what no batch is asking; None submits that too.
    """

    def __init__(
        self, service: BatchService, folder: Path, live: Callable[[], Engine] | None = None
    ) -> None:
        self._service = service
        self._shards = BatchShards(folder)
        self._load_live = live
        self._live: Engine | None = None

    def replies(self, requests: Iterable[Request]) -> Iterator[Reply | Failure]:
        """See `Engine.replies`.

        Raises:
            UserError: the service refused a whole batch; the next run submits its windows again.
            ComeBackLater: batches are pending; the message says how far they are.
        """
        missing = {one.key: one for one in requests}
        failed: dict[str, Failure] = {}
        pending: list[str] = []
        refused: list[BatchStatus] = []
        self._shards.clear_unfinished()
        for shard in self._shards.open():
            if missing.keys().isdisjoint(shard.keys):
                continue  # all of its questions were removed from the benchmark
            submitted = self._submitted(shard)
            status = self._service.status(submitted.batch or "")
            if status.refused is not None:
                self._shards.close(submitted, "refused")
                refused.append(status)
            elif status.ended:
                yield from self._collected(submitted, missing, failed)
            else:
                pending.append(f"{status.done} of {counted(len(submitted.keys), 'window')} done")
                for key in submitted.keys:
                    missing.pop(key, None)
        if refused:
            self._raise_refused(refused[0])
        if self._load_live is None:
            yield from self._given_up(missing, failed)
            yield from self._submit(missing.values(), pending)
        elif missing:
            self._live = self._load_live()
            yield from self._live.replies(missing.values())
        if pending:
            raise ComeBackLater(
                f"{len(pending)} {'batch is' if len(pending) == 1 else 'batches are'} pending at "
                f"{self._service.name} ({'; '.join(pending)}); run again to collect."
            )

    def close(self) -> None:
        """Closes the connections."""
        self._service.close()
        if self._live is not None:
            self._live.close()

    def _submitted(self, shard: BatchShard) -> BatchShard:
        """The shard with its batch: as recorded, as the service knows it, or a new one."""
        if shard.batch is not None:
            return shard
        batch = self._service.find(shard.name)
        if batch is None:
            return self._submit_shard(shard)
        return self._shards.submitted(shard, batch)

    def _submit_shard(self, shard: BatchShard) -> BatchShard:
        batch = self._service.submit(shard.name, self._shards.requests_file(shard))
        return self._shards.submitted(shard, batch)

    def _collected(
        self, shard: BatchShard, missing: dict[str, Request], failed: dict[str, Failure]
    ) -> Iterator[Reply]:
        """The replies of a batch that has ended; it is closed when all are recorded."""
        batch = shard.batch or ""
        for answer in self._service.results(batch):
            if answer.key not in missing:
                continue  # recorded by a run that was killed before it closed the shard
            if isinstance(answer, Failure):
                failed[answer.key] = answer
            else:
                del missing[answer.key]
                yield answer
        for key in shard.keys:
            if key in missing:
                failed.setdefault(key, _never_asked(key))
        self._service.forget(batch)
        self._shards.close(shard, "answered")

    def _given_up(
        self, missing: dict[str, Request], failed: dict[str, Failure]
    ) -> Iterator[Failure]:
        """Failures of windows that have failed in enough batches."""
        asked = self._shards.times_asked()
        for key, failure in failed.items():
            if key in missing and asked[key] >= ATTEMPTS:
                del missing[key]
                yield failure

    def _submit(self, requests: Iterable[Request], pending: list[str]) -> Iterator[Failure]:
        """Submits shard after shard; a window whose frames are missing fails here."""
        without_frames: list[Failure] = []
        for shard in self._shards.cut(self._service, self._lines(requests, without_frames)):
            self._submit_shard(shard)  # its name is new, so the service does not know it
            pending.append(f"{counted(len(shard.keys), 'window')} submitted now")
        yield from without_frames

    def _lines(
        self, requests: Iterable[Request], without_frames: list[Failure]
    ) -> Iterator[tuple[str, bytes]]:
        for one in requests:
            try:
                yield one.key, self._service.line(one, one.read_frames())
            except MissingFrameError as error:
                without_frames.append(Failure(one.key, FailureReason.FRAMES, str(error)))

    def _raise_refused(self, status: BatchStatus) -> None:
        reason = shorten(status.refused or "")
        sentence = f"{self._service.name} refused a whole batch ({reason})"
        if status.later:
            raise ComeBackLater(f"{sentence}; run again later to submit it again.")
        raise UserError(f"{sentence}; fix the cause, and run again to submit it again.")


def _never_asked(key: str) -> Failure:
    return Failure(key, FailureReason.ENGINE, "the batch ended before this window was asked")
