"""The count of what was sent to an endpoint, shared by all processes and kept across restarts.

One text file a UTC day, appended to under a lock (`flock`): a line has the time of sending in
seconds since 1970, how many requests it stands for and how many tokens. A request is recorded
before it is sent, so one that is killed on its way is counted. Another machine with the same key
has its own file and is not counted; the endpoint's own refusals (429) are obeyed nevertheless.
"""

import fcntl
import hashlib
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from touchline.disk import state_folder
from touchline.files import place_error
from touchline.models.endpoint.rate_limiting.quota import Quota, RequestHistory

_DAYS_KEPT = 3
"""A calendar day anywhere lies within three days of UTC."""


_LINE = re.compile(rb"(\d{10}\.\d{3}) ([01]) (\d+)")


class Ledger:
    """Grants requests under a quota, one process after the other.

    Args:
        quota: the limits.
        folder: of the files of one endpoint and key; None keeps no file, which is enough where
            nothing is limited.
    """

    def __init__(self, quota: Quota, folder: Path | None) -> None:
        self._quota = quota
        self._folder = folder if quota.is_limited else None
        self._history = RequestHistory()
        self._read: dict[str, int] = {}

    def take(self, now_s: float, tokens: int) -> float:
        """Counts one request if it may be sent now.

        Returns:
            When it may be sent: not after `now_s` where it was counted.
        """
        if self._folder is None:
            return now_s
        with _locked(self._folder):
            self._catch_up(now_s)
            self._history.end_at(now_s)
            free = self._history.free_at(self._quota, now_s, tokens)
            if free <= now_s:
                self._append(now_s, 1, tokens)
        return free

    def correct(self, now_s: float, tokens: int) -> None:
        """Counts tokens that a request took beyond what was expected of it."""
        if self._folder is not None and tokens > 0:
            with _locked(self._folder):
                self._append(now_s, 0, tokens)

    def _append(self, now_s: float, requests: int, tokens: int) -> None:
        assert self._folder is not None
        line = f"{now_s:.3f} {requests} {tokens}\n".encode()
        path = self._folder / _file_name(datetime.fromtimestamp(now_s, UTC))
        handle = os.open(path, os.O_CREAT | os.O_APPEND | os.O_WRONLY, 0o600)
        try:
            os.write(handle, line)
        finally:
            os.close(handle)

    def _catch_up(self, now_s: float) -> None:
        """Reads what was appended since the last time, by this process too."""
        assert self._folder is not None
        today = datetime.fromtimestamp(now_s, UTC)
        names = [_file_name(today - timedelta(days=back)) for back in range(_DAYS_KEPT)]
        if not self._read:
            for old in self._folder.glob("*.log"):
                if old.name < names[-1]:
                    old.unlink(missing_ok=True)
        for name in reversed(names):
            path = self._folder / name
            size = path.stat().st_size if path.is_file() else 0
            if size > self._read.setdefault(name, 0):
                with path.open("rb") as file:
                    file.seek(self._read[name])
                    self._add_lines(file.read())
                self._read[name] = size

    def _add_lines(self, data: bytes) -> None:
        for line in data.splitlines():
            found = _LINE.fullmatch(line)
            if found:  # a line that a full disk cut off is ignored
                self._history.add(float(found[1]), int(found[2]), int(found[3]))


def ledger_folder(endpoint: str, key_name: str, model: str | None) -> Path:
    """The folder that keeps the counts of an endpoint and key.

    Args:
        endpoint: address of the endpoint.
        key_name: NAME of the key, never the key.
        model: its name where each model has its own counts, else None.
    """
    identity = "\n".join((endpoint, key_name, model or ""))
    return state_folder("quotas") / hashlib.sha256(identity.encode()).hexdigest()[:16]


def _file_name(day: datetime) -> str:
    return f"{day:%Y-%m-%d}.log"


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """Holds a folder's lock, which the system releases when a process dies.

    Raises:
        UserError: the folder cannot be written.
        ComeBackLater: the disk is full, or fails.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        handle = os.open(folder / "lock", os.O_CREAT | os.O_RDWR, 0o600)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield
        finally:
            os.close(handle)
    except OSError as error:
        what = f"requests to an endpoint cannot be counted in {folder}"
        raise place_error(
            error, what, "set TOUCHLINE_CACHE to a folder that is writable"
        ) from error
