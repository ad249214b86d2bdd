"""A finished run read back from its folder, for comparing and for reports."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from touchline.errors import UserError
from touchline.games import Label
from touchline.runs.planning.plan_file import PlanFile
from touchline.runs.run_folder import RunFolder
from touchline.spots import Spot, read_spot_files


@dataclass(frozen=True, slots=True)
class RunResults:
    """What a finished run says.

    Attributes:
        name: of the benchmark.
        folder: where it lies.
        games: labels of each labelled game, of the halves that were run.
        models: each model's spots by game; null baselines included.
        coverage: each model's share of windows answered readably, from 0 to 1.
        kinds: "model" or "baseline", by model.
        half_ms: length of each half, by game and number.
    """

    name: str
    folder: Path
    games: Mapping[str, list[Label]]
    models: Mapping[str, Mapping[str, list[Spot]]]
    coverage: Mapping[str, float]
    kinds: Mapping[str, str]
    half_ms: Mapping[tuple[str, int], int]


def load_run(folder: Path) -> RunResults:
    """Reads a finished run.

    Raises:
        UserError: the folder is no run, or the run was not finished.
    """
    plan = PlanFile.read(folder)
    try:
        rows = json.loads((RunFolder(folder).scores).read_text(encoding="utf-8"))["leaderboard"]
    except (OSError, ValueError, KeyError) as error:
        raise UserError(f"run {folder} is not finished: touchline run it again.") from error
    models = [row["model"] for row in rows]
    return RunResults(
        name=plan.name,
        folder=folder,
        games=plan.labels(),
        models={model: read_spot_files(RunFolder(folder).spots(model)) for model in models},
        coverage={row["model"]: row["coverage"] for row in rows},
        kinds={row["model"]: row["kind"] for row in rows},
        half_ms=plan.half_ms(),
    )
