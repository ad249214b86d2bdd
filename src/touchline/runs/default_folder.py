"""The folder of a run that has no name of its own: named by what it is, and shared with nothing."""

import hashlib
from itertools import count
from pathlib import Path

from touchline.errors import UserError
from touchline.runs.config.bench_diff import changed_settings
from touchline.runs.planning.plan import Plan
from touchline.runs.planning.plan_file import PlanFile
from touchline.runs.run_folder import RunFolder

_LONGEST = 120
"""Bytes of a name; file systems take 255, and other files have the name in theirs."""


def spot_folder(plan: Plan, runs: Path = Path("runs")) -> Path:
    """The folder in which the videos of a plan are spotted by its model.

    The same videos, model and settings have the same folder, in which an interrupted run resumes;
    anything else has another one.

    Args:
        plan: of one game and one model.
        runs: the folder of all runs.
    """
    (game,), (model,) = plan.games, plan.models
    videos = [half.video for half in game.halves]
    what = videos[0].name if len(videos) == 1 else game.id
    wanted = _short(f"spot-{what}-{model.name.replace('/', '-')}")
    numbered = (wanted if number == 1 else f"{wanted}-{number}" for number in count(1))
    return next(folder for name in numbered if _is_of(folder := runs / name, plan, videos))


def _is_of(folder: Path, plan: Plan, videos: list[Path]) -> bool:
    """Whether a folder is free, or has this very plan."""
    if not folder.exists():
        return True
    if not RunFolder(folder).is_run:
        return folder.is_dir() and not any(folder.iterdir())
    try:
        stored = PlanFile.read(folder)
    except UserError:
        return False
    planned = {video: fact.fingerprint for video, fact in plan.videos.items()}
    known = {video: fact.fingerprint for video, fact in stored.videos().items()}
    same = [known.get(video) == planned[video] for video in videos]
    return all(same) and not changed_settings(plan, folder)


def _short(name: str) -> str:
    if len(name.encode()) <= _LONGEST:
        return name
    mark = hashlib.sha256(name.encode()).hexdigest()[:8]
    return f"{name.encode()[:_LONGEST].decode('utf-8', 'ignore')}-{mark}"
