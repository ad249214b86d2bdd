"""Lock files: which commit of a repository was downloaded, and which files it has.

`touchline models pull` writes one for each repository and revision, beside the hub's cache. Runs
load exactly that commit, and it is a part of the key of every reply, so that two downloads of a
branch that has moved never share answers.
"""

import os
import sys
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from touchline.files import write_atomically

_FOLDER = "touchline-locks"


class LockedFile(BaseModel):
    """One file of a download.

    Attributes:
        size_bytes: its size.
        hash: SHA-256 of its content where the hub stores it as a large file, else its git hash;
            None where the hub says neither.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    size_bytes: int
    hash: str | None = None


class CheckpointLock(BaseModel):
    """What was downloaded; the content of a lock file.

    Attributes:
        repository: on the hub.
        revision: that was asked for, such as a branch; None for the main one.
        commit: what it was then.
        files: by their names.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    repository: str
    revision: str | None
    commit: str
    files: dict[str, LockedFile]


def read_lock(repository: str, revision: str | None) -> CheckpointLock | None:
    """The lock of a download on this machine, or None where there is none."""
    try:
        content = lock_file(repository, revision).read_bytes()
        found = CheckpointLock.model_validate_json(content)
    except (OSError, ValidationError):
        return None
    return found if (found.repository, found.revision) == (repository, revision) else None


def locked_revision(repository: str, revision: str | None) -> str | None:
    """The commit that was pulled, else the revision itself."""
    lock = read_lock(repository, revision)
    return revision if lock is None else lock.commit


def write_lock(lock: CheckpointLock) -> Path:
    """Writes a lock; gives its path."""
    file = lock_file(lock.repository, lock.revision)
    file.parent.mkdir(parents=True, exist_ok=True)
    write_atomically(file, lock.model_dump_json(indent=1))
    return file


def lock_file(repository: str, revision: str | None) -> Path:
    """The path of a lock."""
    name = f"{repository}@{revision or 'main'}".replace("/", "--")
    return _hub_cache() / _FOLDER / f"{name}.json"


def _hub_cache() -> Path:
    """The folder of the hub's cache, by the same variables as huggingface_hub.

    Plans are made where that library need not be installed
    (https://huggingface.co/docs/huggingface_hub/package_reference/environment_variables).
    """
    constants = sys.modules.get("huggingface_hub.constants")
    if constants is not None:
        return Path(constants.HF_HUB_CACHE)
    cache = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    home = os.environ.get("HF_HOME") or str(Path(cache) / "huggingface")
    return Path(os.environ.get("HF_HUB_CACHE") or str(Path(home) / "hub")).expanduser()
