"""The batches that a run has submitted: one small file for each shard.

The name of a shard is on the disk before its requests are submitted, and is submitted with them.
So whenever a run is killed, the next one asks the service for a batch of that name and submits
only what the service does not know: nothing is paid for twice.
"""

import uuid
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict

from touchline.files import whole_file, write_atomically
from touchline.models import BatchService

State = Literal["open", "answered", "refused"]
"""Of a shard: open until its answers are in the journal, refused if the service asked none."""


class BatchShard(BaseModel):
    """Requests that are submitted to a batch API together; the content of the shard's file.

    Attributes:
        name: known to the service as well.
        keys: of the requests, in order.
        batch: the id that the service gave; None while it is not known.
        state: see `State`.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    name: str
    keys: tuple[str, ...]
    batch: str | None = None
    state: State = "open"

    @classmethod
    def read(cls, file: Path) -> Self:
        """The shard that a file describes."""
        return cls.model_validate_json(file.read_bytes())

    def write(self, folder: Path) -> None:
        """Writes the shard's file; when this returns it is on the disk."""
        write_atomically(folder / f"{self.name}.json", self.model_dump_json())


class BatchShards:
    """All shards of one model of a run.

    Args:
        folder: where the files are; made with the first shard.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def all(self) -> list[BatchShard]:
        """Every shard, in the order of their names."""
        return [BatchShard.read(file) for file in sorted(self._folder.glob("*.json"))]

    def open(self) -> list[BatchShard]:
        """The shards whose answers are not in the journal yet."""
        return [shard for shard in self.all() if shard.state == "open"]

    def times_asked(self) -> Counter[str]:
        """In how many shards each key was asked, without those that the service refused."""
        return Counter(key for one in self.all() if one.state != "refused" for key in one.keys)

    def requests_file(self, shard: BatchShard) -> Path:
        """The file of JSON lines; removed when the service has it."""
        return self._folder / f"{shard.name}.jsonl"

    def submitted(self, shard: BatchShard, batch: str) -> BatchShard:
        """Records that the service has a shard; the file of its requests is removed."""
        return self._update(shard.model_copy(update={"batch": batch}))

    def close(self, shard: BatchShard, state: State) -> None:
        """Records that no more answers will come of a shard."""
        self._update(shard.model_copy(update={"state": state}))

    def _update(self, shard: BatchShard) -> BatchShard:
        shard.write(self._folder)
        self.requests_file(shard).unlink(missing_ok=True)
        return shard

    def clear_unfinished(self) -> None:
        """Removes files of requests that a killed run did not complete."""
        known = {shard.name for shard in self.all()}
        for file in self._folder.glob("*.jsonl"):
            if file.stem not in known:
                file.unlink(missing_ok=True)
        for file in self._folder.glob(".*.jsonl.*"):
            file.unlink(missing_ok=True)

    def cut(
        self, service: BatchService, lines: Iterable[tuple[str, bytes]]
    ) -> Iterable[BatchShard]:
        """Writes requests into files as large as the service takes; yields each complete shard.

        Args:
            service: sets the limits.
            lines: key and line of each request.
        """
        coming = iter(lines)
        first = next(coming, None)
        while first is not None:
            name = uuid.uuid4().hex
            keys: list[str] = []
            with whole_file(self._folder / f"{name}.jsonl") as file:
                size = 0
                while first is not None and fits(service, size + len(first[1]), len(keys) + 1):
                    file.write(first[1])
                    size += len(first[1])
                    keys.append(first[0])
                    first = next(coming, None)
            shard = BatchShard(name=name, keys=tuple(keys))
            shard.write(self._folder)
            yield shard


def fits(service: BatchService, size_bytes: int, requests: int) -> bool:
    """Whether a file may be so large; a single request always may: the service decides on it."""
    return requests == 1 or (size_bytes <= service.max_bytes and requests <= service.max_requests)
