"""The data of a run's report."""

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import yaml

from touchline.games import Label, Task
from touchline.report import ClassTable, ReportData, RunSettings, SweptCell, TitledText
from touchline.runs.config.bench import Bench, DataSection, bench_values, read_run_bench
from touchline.runs.planning.plan_file import PlanFile
from touchline.runs.reporting.annotators import human_ceiling
from touchline.runs.reporting.published import published
from touchline.runs.reporting.sections import games_of, sections
from touchline.runs.reporting.timelines import ModelTimeline, half_timelines
from touchline.runs.results.leaderboard import Leaderboard, ModelOutcome
from touchline.runs.results.spot_hits import find_hits
from touchline.runs.run_folder import without_cell
from touchline.scores import ScoreSheet, align_events
from touchline.spots import DEFAULTS_CHOSEN_ON


def report_data(
    folder: Path,
    plan: PlanFile,
    leaderboard: Leaderboard,
    outcomes: Sequence[ModelOutcome],
    truth: Mapping[str, list[Label]],
) -> ReportData:
    """Everything that the report of a run shows.

    Args:
        folder: the run.
        plan: what was asked.
        leaderboard: its leaderboard.
        outcomes: what each model came to.
        truth: labels by game.
    """
    bench = read_run_bench(folder)
    games = {outcome.model: games_of(outcome.spots, truth) for outcome in outcomes}
    tables = {model: align_events(of_model, plan.task) for model, of_model in games.items()}
    hits = {
        model: find_hits(of_model, tables[model], leaderboard.tolerance_s)
        for model, of_model in games.items()
    }
    timelines = [
        ModelTimeline(one.model, one.kind, one.spots, hits[one.model], one.uncovered)
        for one in outcomes
    ]
    return ReportData(
        title=plan.name,
        created=datetime.now(UTC),
        task=plan.task,
        rows=(
            *leaderboard.rows,
            *human_ceiling(folder),
            *published([game.id for game in plan.games], _split(bench.data)),
        ),
        per_class=class_tables(leaderboard.sheets, truth, plan.task),
        timelines=half_timelines(plan, truth, timelines),
        sections=sections(leaderboard, outcomes, truth, tables),
        settings=_settings(bench, plan),
        sweep=tuple(_swept_cells(plan, outcomes)),
    )


def _swept_cells(plan: PlanFile, outcomes: Sequence[ModelOutcome]) -> Iterator[SweptCell]:
    """The cells of a sweep that are models; controls are rows below them."""
    cells = {model.name: model.cell for model in plan.models if model.kind == "model"}
    for outcome in outcomes:
        if cell := cells.get(outcome.model):
            yield SweptCell(
                row=outcome.model,
                model=without_cell(outcome.model),
                values={name: _as_text(value) for name, value in cell.items()},
                windows=sum(outcome.outcomes.values()),
                tokens=outcome.tokens,
                cost_usd=outcome.cost_usd,
            )


def _as_text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def class_tables(
    sheets: Mapping[str, ScoreSheet], truth: Mapping[str, Sequence[Label]], task: Task
) -> tuple[ClassTable, ...]:
    """Average precision by class under the loose and the tight metric.

    Args:
        sheets: all figures by model.
        truth: labels by game.
        task: what was spotted.
    """
    if not sheets:
        return ()
    names = [label.label for labels in truth.values() for label in labels]
    counts = tuple(names.count(name) for name in task.classes)

    def precisions(metric: str) -> dict[str, tuple[float | None, ...]]:
        """Average precision by class; a class without truth has none that means anything."""
        return {
            model: tuple(
                value if count else None
                for value, count in zip(
                    sheet.official.metrics[metric].per_class, counts, strict=True
                )
            )
            for model, sheet in sheets.items()
        }

    return tuple(
        ClassTable(f"{metric} average-mAP", task.classes, counts, precisions(metric))
        for metric in ("loose", "tight")
    )


def _split(data: DataSection) -> str | None:
    """The split that a benchmark covers whole, or None."""
    whole = not data.games and sorted(data.halves) == [1, 2]
    return data.split if whole else None


def _settings(bench: Bench, plan: PlanFile) -> RunSettings:
    specs = {model.recipe for model in plan.models}
    sampling = specs.pop().model_dump(mode="json") if len(specs) == 1 else {}
    listed = {
        **{f"sampling {name}": value for name, value in sampling.items()},
        **{
            f"{part} {name}": value
            for part in ("merging", "scoring")
            for name, value in bench_values(bench).get(part, {}).items()
        },
        "merging defaults were chosen on": DEFAULTS_CHOSEN_ON,
        "null baselines know": plan.rates_source or "the class rates of these very games",
        "games": len(plan.games),
        "halves": sum(len(game.halves) for game in plan.games),
        "prompt": f"{plan.prompt.name} (sha256 {plan.prompt.sha256[:12]})",
        **{
            f"prompt of {model.name}": f"{model.prompt.name} (sha256 {model.prompt.sha256[:12]})"
            for model in plan.models
            if model.prompt is not None
        },
    }
    prompts = {one.sha256: one for one in (plan.prompt, *map(plan.prompt_of, plan.models))}
    return RunSettings(
        recipe=tuple((name, str(value)) for name, value in listed.items()),
        versions=(("touchline", plan.touchline), *plan.versions.items()),
        prompts=tuple(TitledText(one.name, one.source) for one in prompts.values()),
        cards=tuple(
            TitledText(model.name, yaml.safe_dump(model.card, sort_keys=False))
            for model in plan.models
        ),
    )
