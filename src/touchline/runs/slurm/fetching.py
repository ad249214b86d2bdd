"""Downloading models where the network is, before a job asks them, as far as they fit."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from touchline.disk import DiskSpace
from touchline.errors import ComeBackLater, UserError
from touchline.models import LocalCard, cache_folder, prune, pull
from touchline.progress import NamedProgress
from touchline.runs.planning.plan import PlannedModel
from touchline.runs.planning.shards import missing_by_shard

_KEEP_FREE_BYTES = 5_000_000_000
"""On the disk of the models; journals and logs need some of it."""


@dataclass(frozen=True, slots=True)
class FetchResult:
    """The models of a run after downloading.

    Attributes:
        ready: models that jobs can ask.
        held: models that they cannot ask now, with the reason as a sentence.
    """

    ready: tuple[PlannedModel, ...]
    held: dict[str, str]


def fetch_models(
    models: Sequence[PlannedModel], folder: Path, quota_bytes: int | None, progress: NamedProgress
) -> FetchResult:
    """Downloads the weights of all models that lack replies, while there is space.

    With a quota, the weights of models that miss nothing are deleted first. So the same command,
    repeated, downloads, asks and deletes one model after another.

    Args:
        models: the models to ask.
        folder: the run, planned.
        quota_bytes: size limit of the hub's cache, or None.
        progress: of the downloads, in MB.

    Raises:
        UserError: no model can be downloaded, the first for this reason.
        ComeBackLater: there is no space for any model.
    """
    open_ = [one for one in models if sum(missing_by_shard(folder, one.name, 1))]
    if quota_bytes is not None:
        needed = _checkpoints(open_)
        prune([one for one in _checkpoints(models) if one not in needed])
    space = DiskSpace(cache_folder(), _KEEP_FREE_BYTES, quota_bytes)
    ready: list[PlannedModel] = []
    held: dict[str, UserError | ComeBackLater] = {}
    for model in open_:
        try:
            if isinstance(model.card, LocalCard):
                pull(model.card, space.require, partial(_megabytes, progress, model.name))
            ready.append(model)
        except (UserError, ComeBackLater) as error:
            held[model.name] = error
    if held and not ready:
        raise next(iter(held.values()))
    return FetchResult(tuple(ready), {name: str(error) for name, error in held.items()})


def _checkpoints(models: Sequence[PlannedModel]) -> list[str]:
    return [one.card.checkpoint for one in models if isinstance(one.card, LocalCard)]


def _megabytes(progress: NamedProgress, name: str, done: int, total: int) -> None:
    progress(f"{name} (MB)", done // 1_000_000, total // 1_000_000)
