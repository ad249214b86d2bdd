"""Packing a run: its replies, their keys, the plan and the scores, and nothing that was shown."""

import hashlib
import json
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import yaml

from touchline import __version__
from touchline.bounded_reading import read_bounded
from touchline.errors import UserError, reason_of
from touchline.games import Label
from touchline.runs.bundles.bundle_file import SUFFIX, write_bundle
from touchline.runs.config.bench import bench_values, read_run_bench
from touchline.runs.links import refuse_links_outside
from touchline.runs.planning.plan_file import PlanFile
from touchline.runs.results.stored_scores import ScoresFile
from touchline.runs.run_folder import RunFolder
from touchline.seal import seal

_FOLDERS = ("questions", "replies", "served", "canaries", "probes")
"""What is packed whole: JSON, and JSON by line."""

_FILES = ("context.json", "decoders.json", "scores.json")
_SUFFIXES = (".json", ".jsonl")

_NOTHING_SHOWN = (
    "No frame, no sound and no video is in this bundle, and no transcript of a commentary. Whoever "
    "asks the models again needs the videos, which their owners give out under their own "
    "terms (SoccerNet's under a non-disclosure agreement)."
)
_REPLIES = (
    "The replies are what the models said. The licences of their weights and the terms of their "
    "services say what may be done with them: "
)
_LABELS = "The labels in plan.json are their annotators', under the licence of their data set."
_NO_LABELS = (
    "The labels were left out: `touchline verify --labels` needs them, and checks each game's."
)


def pack(folder: Path, out: Path | None, *, labels: bool = True, licence: str = "") -> Path:
    """Packs a finished run.

    Args:
        folder: the run.
        out: the bundle; None names it after the run's folder, beside it.
        labels: whether the labels are packed too, so that the bundle can be scored alone.
        licence: what the user says about the licence of the bundle.

    Returns:
        The bundle.

    Raises:
        UserError: the folder is not a finished run, was made from other runs, or a file of it
            cannot be read.
    """
    plan, _ = PlanFile.read(folder), ScoresFile.read(folder)
    if not RunFolder(folder).has_questions:
        raise UserError(
            f"run {folder} was made from other runs and has no replies: pack those runs instead."
        )
    refuse_links_outside(folder)
    path = out or folder.resolve().with_name(folder.resolve().name + SUFFIX)
    files = {
        "plan.json": _plan_text(plan, labels),
        "bench.yaml": _bench_text(folder),
        **{name: _read(file) for name, file in _packed_files(folder)},
    }
    write_bundle(path, _facts(plan, labels, licence), files)
    return path


def label_checksum(labels: Sequence[Label]) -> str:
    """A checksum of a game's labels that does not depend on their order."""
    text = json.dumps(sorted(labels), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def _facts(plan: PlanFile, labels: bool, licence: str) -> dict[str, Any]:
    licences = {
        str(model.card.get("licence") or "not known")
        for model in plan.models
        if not model.is_baseline
    }
    named = ", ".join(sorted(licences)) or "none were asked"
    notes = [_NOTHING_SHOWN, f"{_REPLIES}{named}.", _LABELS if labels else _NO_LABELS]
    left_out = (
        {}
        if labels
        else {
            game.id: label_checksum(game.labels) for game in plan.games if game.labels is not None
        }
    )
    return {
        "name": plan.name,
        "created": datetime.now(UTC).isoformat(timespec="seconds"),
        "touchline": __version__,
        "planned_with": {"touchline": plan.touchline, **plan.versions},
        "task": plan.task.name,
        "games": len(plan.games),
        "labels": left_out,
        "notes": tuple([*notes, licence] if licence else notes),
    }


def _plan_text(plan: PlanFile, labels: bool) -> bytes:
    """The plan without the paths of this machine, and without labels where they are left out."""
    games = tuple(
        game.model_copy(
            update={
                "labels": game.labels if labels else None,
                "halves": tuple(
                    half.model_copy(update={"video": Path(half.video.name)}) for half in game.halves
                ),
            }
        )
        for game in plan.games
    )
    data = plan.data and plan.data.model_copy(update={"root": "."})
    moved = plan.model_copy(update={"games": games, "root": ".", "data": data})
    return seal(moved.model_dump_json(indent=1, by_alias=True)).encode()


def _bench_text(folder: Path) -> bytes:
    """The benchmark without the paths of this machine."""
    bench = read_run_bench(folder)
    changed: dict[str, Any] = {"data": bench.data.model_copy(update={"root": "."})}
    adaptive = bench.sampling.adaptive
    if adaptive is not None and adaptive.run is not None:
        named = adaptive.model_copy(update={"run": Path(adaptive.run).name})
        changed["sampling"] = bench.sampling.model_copy(update={"adaptive": named})
    values = bench_values(bench.model_copy(update=changed))
    return yaml.safe_dump(values, sort_keys=False).encode()


def _packed_files(folder: Path) -> Iterator[tuple[str, Path]]:
    for name in _FILES:
        if (folder / name).is_file():
            yield name, folder / name
    for name in _FOLDERS:
        for file in sorted((folder / name).rglob("*")):
            if file.suffix in _SUFFIXES and file.is_file():
                yield file.relative_to(folder).as_posix(), file


def _read(file: Path) -> bytes:
    try:
        return read_bounded(file, 4_000_000_000)
    except OSError as error:
        raise UserError(f"{file} cannot be read: {reason_of(error)}.") from error
