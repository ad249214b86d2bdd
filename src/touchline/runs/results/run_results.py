"""A finished run read back from its folder, for comparing, fusing and viewing."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from touchline.games import Label
from touchline.report import Kind
from touchline.runs.config.bench import read_bench
from touchline.runs.planning.plan_file import PlanFile
from touchline.runs.results.leaderboard import row_kind
from touchline.runs.results.stored_scores import ScoresFile
from touchline.runs.run_folder import RunFolder
from touchline.scores import ScoringSettings
from touchline.spots import Spot, read_spot_files


@dataclass(frozen=True, slots=True)
class RunResults:
    """The results of a finished run.

    Attributes:
        name: of the benchmark.
        folder: where the run lies.
        games: labels of each labelled game, of the halves that were run.
        models: each model's spots by game; null baselines included.
        coverage: each model's share of windows answered readably, from 0 to 1.
        kinds: "model" or "baseline", by model.
        half_ms: length of each half, by game and number.
        scoring: the settings that the run was scored under.
    """

    name: str
    folder: Path
    games: Mapping[str, list[Label]]
    models: Mapping[str, Mapping[str, list[Spot]]]
    coverage: Mapping[str, float]
    kinds: Mapping[str, Kind]
    half_ms: Mapping[tuple[str, int], int]
    scoring: ScoringSettings

    def is_baseline(self, model: str) -> bool:
        """Whether a model of the run is a null baseline."""
        return self.kinds[model] == row_kind(is_baseline=True)


def load_run(folder: Path) -> RunResults:
    """Reads a finished run.

    Raises:
        UserError: the folder is not a run, or the run is not finished.
    """
    plan = PlanFile.read(folder)
    rows = ScoresFile.read(folder).leaderboard
    models = [row.model for row in rows]
    return RunResults(
        name=plan.name,
        folder=folder,
        games=plan.labels(),
        models={model: read_spot_files(RunFolder(folder).spots(model)) for model in models},
        coverage={row.model: row.coverage for row in rows},
        kinds={row.model: row.kind for row in rows},
        half_ms=plan.half_ms(),
        scoring=read_bench(RunFolder(folder).bench).scoring,
    )
