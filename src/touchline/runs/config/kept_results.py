"""Results that a changed benchmark would replace, kept in the run's folder."""

import os
import shutil
from pathlib import Path

from touchline.files import whole_folder
from touchline.runs.run_folder import RunFolder


def keep_results(folder: Path) -> Path | None:
    """Keeps what a finished run came to, before a changed benchmark writes over it.

    Benchmark, plan, spots, scores and report are kept, so that the folder can be compared; replies
    stay where they are.

    Args:
        folder: the run.

    Returns:
        The folder that they are in now; None where the run was not finished.

    Raises:
        ComeBackLater: the disk is full.
    """
    run = RunFolder(folder)
    if not run.scores.is_file():
        return None
    numbers = [int(one.name) for one in run.earlier.glob("[0-9]*") if one.name.isdecimal()]
    kept = run.earlier / f"{max(numbers, default=0) + 1:04d}"
    parts = (run.bench, run.plan, run.scores, run.spots_table, run.uncovered)
    with whole_folder(kept) as hidden:
        for file in parts:
            if file.is_file():
                _link(str(file), str(hidden / file.name))
        for part in (run.spots("x").parent, run.report.parent):
            if part.is_dir():
                shutil.copytree(part, hidden / part.name, copy_function=_link)
    return kept


def _link(source: str, target: str) -> None:
    """A second name for a file, as all files of a run are replaced whole; else a copy."""
    try:
        os.link(source, target, follow_symlinks=False)
    except OSError:
        shutil.copy2(source, target)
