"""What a run knows of the batches that it handed in: one small file a shard, on the disk at once.

A shard's name is on the disk before its file is handed in, and goes along with it. So whatever
moment a run is killed in, the next one asks the service for a batch of that name and hands in only
what the service does not know: nothing is paid for twice.
"""

import json
import uuid
from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from touchline.files import whole_file, write_atomically
from touchline.models import BatchService


@dataclass(frozen=True, slots=True)
class BatchShard:
    """Some requests that go, or went, to a batch API together.

    Attributes:
        name: known to the service as well.
        keys: of the requests, in order.
        batch: the service's id, or None as long as it is not known.
        state: "open" until its answers are written down; "answered" after; "refused" where the
            service asked none of its requests.
    """

    name: str
    keys: tuple[str, ...]
    batch: str | None = None
    state: str = "open"


class BatchShards:
    """All shards of one model of a run.

    Args:
        folder: where they are kept; made when there is something to keep.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def all(self) -> list[BatchShard]:
        """Every shard, in the order of their names."""
        files = sorted(self._folder.glob("*.json"))
        return [_read(file) for file in files]

    def open(self) -> list[BatchShard]:
        """Those whose answers are still to come."""
        return [shard for shard in self.all() if shard.state == "open"]

    def times_asked(self) -> Counter[str]:
        """In how many shards each key was asked, those that the service refused left out."""
        return Counter(key for one in self.all() if one.state != "refused" for key in one.keys)

    def requests_file(self, shard: BatchShard) -> Path:
        """The file of JSON lines; it is there until the service has it."""
        return self._folder / f"{shard.name}.jsonl"

    def write(self, shard: BatchShard) -> BatchShard:
        """Writes a shard down; when this returns it is on the disk."""
        write_atomically(self._folder / f"{shard.name}.json", json.dumps(asdict(shard)))
        return shard

    def handed_in(self, shard: BatchShard, batch: str) -> BatchShard:
        """Writes down that the service has a shard; its file is not needed any more."""
        known = self.write(replace(shard, batch=batch))
        self.requests_file(shard).unlink(missing_ok=True)
        return known

    def close(self, shard: BatchShard, state: str) -> None:
        """Writes down that nothing more will come of a shard."""
        self.write(replace(shard, state=state))
        self.requests_file(shard).unlink(missing_ok=True)

    def clear_unfinished(self) -> None:
        """Removes files of requests that a run was killed over before they were whole shards."""
        known = {shard.name for shard in self.all()}
        for file in self._folder.glob("*.jsonl"):
            if file.stem not in known:
                file.unlink(missing_ok=True)
        for file in self._folder.glob(".*.jsonl.*"):
            file.unlink(missing_ok=True)

    def cut(
        self, service: BatchService, lines: Iterable[tuple[str, bytes]]
    ) -> Iterable[BatchShard]:
        """Writes requests into files as large as the service takes; yields each when it is whole.

        Args:
            service: whose limits hold.
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
            yield self.write(BatchShard(name, tuple(keys)))


def fits(service: BatchService, size_bytes: int, requests: int) -> bool:
    """Whether a file may be so large; one request alone always may: the service will judge it."""
    return requests == 1 or (size_bytes <= service.max_bytes and requests <= service.max_requests)


def _read(file: Path) -> BatchShard:
    values = json.loads(file.read_text(encoding="utf-8"))
    return BatchShard(**{**values, "keys": tuple(values["keys"])})
