"""What a run hands to its report."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import yaml

from touchline.games import Label, Task
from touchline.report import ClassTable, Lane, ReportData, RunSettings, Text, Timeline
from touchline.runs.planning.plan_file import HalfPlan, PlanFile
from touchline.runs.reporting.published import published
from touchline.runs.reporting.sections import games_of, sections
from touchline.runs.results.leaderboard import ModelOutcome, Scored
from touchline.runs.results.spot_hits import SpotHits, find_hits
from touchline.runs.run_folder import RunFolder
from touchline.scores import align_events


def report_data(
    folder: Path,
    plan: PlanFile,
    scored: Scored,
    outcomes: Sequence[ModelOutcome],
    truth: Mapping[str, list[Label]],
) -> ReportData:
    """Everything that the report of a run shows.

    Args:
        folder: the run.
        plan: what was asked.
        scored: its leaderboard.
        outcomes: what each model came to.
        truth: labels by game.
    """
    bench = yaml.safe_load(RunFolder(folder).bench.read_text(encoding="utf-8"))
    games = {outcome.model: games_of(outcome.spots, truth) for outcome in outcomes}
    aligned = {model: align_events(of_model) for model, of_model in games.items()}
    judged = {
        model: find_hits(of_model, aligned[model], scored.tolerance_s)
        for model, of_model in games.items()
    }
    return ReportData(
        title=plan.name,
        created=datetime.now(UTC),
        task=plan.task,
        rows=(*scored.rows, *published([game.id for game in plan.games], _split(bench))),
        per_class=_class_tables(scored, truth, plan.task),
        timelines=tuple(
            _timeline(game.id, half, judged, outcomes, truth.get(game.id))
            for game in plan.games
            for half in game.halves
        ),
        sections=sections(scored, outcomes, truth, aligned),
        settings=_settings(bench, plan),
    )


def _class_tables(
    scored: Scored, truth: Mapping[str, list[Label]], task: Task
) -> tuple[ClassTable, ...]:
    if not scored.sheets:
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
            for model, sheet in scored.sheets.items()
        }

    return tuple(
        ClassTable(f"{metric} average-mAP", task.classes, counts, precisions(metric))
        for metric in ("loose", "tight")
    )


def _timeline(
    game: str,
    half: HalfPlan,
    judged: Mapping[str, SpotHits],
    outcomes: Sequence[ModelOutcome],
    labels: list[Label] | None,
) -> Timeline:
    number = half.number
    return Timeline(
        game=game,
        half=number,
        length_ms=half.claimed_ms,
        truth=None if labels is None else tuple(label for label in labels if label.half == number),
        lanes=tuple(
            _lane(outcome, game, number, judged[outcome.model].right.get(game))
            for outcome in outcomes
        ),
    )


def _lane(outcome: ModelOutcome, game: str, half: int, right: Sequence[bool] | None) -> Lane:
    spots = outcome.spots.get(game, ())
    places = [place for place, spot in enumerate(spots) if spot.half == half]
    return Lane(
        model=outcome.model,
        kind="baseline" if outcome.is_baseline else "model",
        spots=tuple(spots[place] for place in places),
        hits=None if right is None else tuple(right[place] for place in places),
        uncovered=outcome.uncovered.get((game, half), ()),
    )


def _split(bench: Mapping[str, Any]) -> str | None:
    """The split that a benchmark covers whole, or None."""
    data = bench["data"]
    parts = data.get("games") or sorted(data.get("halves") or (1, 2)) != [1, 2]
    return None if parts else data.get("split")


def _settings(bench: Mapping[str, Any], plan: PlanFile) -> RunSettings:
    recipes = {model.recipe for model in plan.models}
    recipe = recipes.pop().model_dump(mode="json") if len(recipes) == 1 else {}
    listed = {
        **{f"sampling {name}": value for name, value in recipe.items()},
        **{
            f"{part} {name}": value
            for part in ("merging", "scoring")
            for name, value in bench.get(part, {}).items()
        },
        "games": len(plan.games),
        "halves": sum(len(game.halves) for game in plan.games),
        "prompt": f"{plan.prompt.name} (sha256 {plan.prompt.sha256[:12]})",
    }
    return RunSettings(
        recipe=tuple((name, str(value)) for name, value in listed.items()),
        versions=(("touchline", plan.touchline), *plan.versions.items()),
        prompts=(Text(plan.prompt.name, plan.prompt.source),),
        cards=tuple(
            Text(model.name, yaml.safe_dump(model.card, sort_keys=False)) for model in plan.models
        ),
    )
