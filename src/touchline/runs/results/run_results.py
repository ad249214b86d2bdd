"""A finished run read back from its folder, for comparing, fusing and viewing."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path

from touchline.games import SOCCERNET_V2, Label, Task
from touchline.report import BASELINE_KINDS, Kind
from touchline.runs.asking.watching.row_names import model_of_row
from touchline.runs.config.bench import read_run_bench
from touchline.runs.merging.fitted import FUSION, was_fitted
from touchline.runs.planning.plan_file import ModelPlan, PlanFile
from touchline.runs.results.stored_scores import ScoresFile, StoredRow
from touchline.runs.run_folder import RunFolder
from touchline.scores import Interval, ScoringSettings
from touchline.spots import STACKING, Spot, read_spot_files


@dataclass(frozen=True, slots=True)
class RunResults:
    """The results of a finished run.

    Attributes:
        name: of the benchmark.
        folder: where the run lies.
        games: labels of each labelled game, of the halves that were run.
        models: each model's spots by game; null baselines included.
        coverage: each model's share of windows answered readably, from 0 to 1.
        kinds: what the row of each model is of (see `Row.kind`).
        control_of: of each control, the name of its model.
        ranks_only: the models whose confidences only order their spots, and are no probabilities.
        fitted: the models whose spots were decoded by what was fitted on games of the run.
        intervals: of these, those of the run's own scores, by model and metric.
        half_ms: length of each half, by game and number.
        scoring: the settings that the run was scored under.
        task: what was spotted.
    """

    name: str
    folder: Path
    games: Mapping[str, list[Label]]
    models: Mapping[str, Mapping[str, list[Spot]]]
    coverage: Mapping[str, float]
    kinds: Mapping[str, Kind]
    control_of: Mapping[str, str]
    ranks_only: frozenset[str]
    fitted: frozenset[str]
    intervals: Mapping[str, Mapping[str, Interval]]
    half_ms: Mapping[tuple[str, int], int]
    scoring: ScoringSettings
    task: Task = SOCCERNET_V2

    def is_baseline(self, model: str) -> bool:
        """Whether a model of the run is a baseline, of whatever kind."""
        return self.kinds[model] in BASELINE_KINDS


def load_run(folder: Path) -> RunResults:
    """Reads a finished run.

    Raises:
        UserError: the folder is not a run, or the run is not finished.
    """
    plan = PlanFile.read(folder)
    scores = ScoresFile.read(folder)
    rows = scores.leaderboard
    bench = read_run_bench(folder)
    models = [row.model for row in rows]
    fitted = [
        model.name for model in plan.models if was_fitted(model, bench.merging, plan.labels())
    ]
    planned = {model.name: model.kind for model in plan.models}
    all_fitted = frozenset(fitted) | {
        row.model for row in rows if row.model not in planned and _is_of(row, fitted)
    }
    return RunResults(
        name=plan.name,
        folder=folder,
        games=plan.labels(),
        models={
            model: read_spot_files(RunFolder(folder).spots(model), task=plan.task)
            for model in models
        },
        coverage={row.model: row.coverage for row in rows},
        kinds={row.model: planned.get(row.model, row.kind) for row in rows},
        control_of={row.model: row.control_of for row in rows if row.control_of}
        | {name: owner for name in planned if (owner := plan.control_of(name))},
        ranks_only=frozenset(model.name for model in plan.models if _only_ranks(model)),
        fitted=all_fitted,
        intervals={model: scores.intervals(model, folder) for model in all_fitted},
        half_ms=plan.half_ms(),
        scoring=bench.scoring,
        task=plan.task,
    )


def _is_of(row: StoredRow, models: Collection[str]) -> bool:
    """Whether a row beside those of the plan is of one of some models, or a control of it."""
    return model_of_row(row.control_of or row.model) in models


def _only_ranks(model: ModelPlan) -> bool:
    """Whether a model was fused without a fit: its confidences are then weighted ranks."""
    return model.engine == FUSION and model.card.get("method") != STACKING
