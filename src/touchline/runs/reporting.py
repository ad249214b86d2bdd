"""What a run hands to its report."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import yaml

from touchline.games import CLASSES, Label
from touchline.report import ClassTable, Lane, ReportData, Settings, Text, Timeline
from touchline.runs.scoring import ModelOutcome, Scored
from touchline.runs.sections import sections


def report_data(
    folder: Path,
    plan: Mapping[str, Any],
    scored: Scored,
    outcomes: Sequence[ModelOutcome],
    truth: Mapping[str, list[Label]],
) -> ReportData:
    """Everything that the report of a run shows.

    Args:
        folder: the run.
        plan: the facts of its `plan.json`.
        scored: its leaderboard.
        outcomes: what each model came to.
        truth: labels by game.
    """
    return ReportData(
        title=plan["name"],
        created=datetime.now(UTC),
        rows=scored.rows,
        per_class=_class_tables(scored, truth),
        timelines=tuple(
            _timeline(game["id"], half, outcomes, truth.get(game["id"]))
            for game in plan["games"]
            for half in game["halves"]
        ),
        sections=sections(scored, outcomes, truth),
        settings=_settings(folder, plan),
    )


def _class_tables(scored: Scored, truth: Mapping[str, list[Label]]) -> tuple[ClassTable, ...]:
    if not scored.sheets:
        return ()
    names = [label.label for labels in truth.values() for label in labels]
    counts = tuple(names.count(name) for name in CLASSES)

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
        ClassTable(f"{metric} average-mAP", CLASSES, counts, precisions(metric))
        for metric in ("loose", "tight")
    )


def _timeline(
    game: str,
    half: Mapping[str, Any],
    outcomes: Sequence[ModelOutcome],
    labels: list[Label] | None,
) -> Timeline:
    number = half["number"]
    return Timeline(
        game=game,
        half=number,
        length_ms=half["claimed_ms"],
        truth=None if labels is None else tuple(label for label in labels if label.half == number),
        lanes=tuple(
            Lane(
                model=outcome.model,
                kind="baseline" if outcome.is_baseline else "model",
                spots=tuple(s for s in outcome.spots.get(game, ()) if s.half == number),
                uncovered=outcome.uncovered.get((game, number), ()),
            )
            for outcome in outcomes
        ),
    )


def _settings(folder: Path, plan: Mapping[str, Any]) -> Settings:
    bench = yaml.safe_load((folder / "bench.yaml").read_text(encoding="utf-8"))
    recipes = {str(model["recipe"]) for model in plan["models"]}
    recipe = plan["models"][0]["recipe"] if len(recipes) == 1 else {}
    listed = {
        **{f"sampling {name}": value for name, value in recipe.items()},
        **{
            f"{part} {name}": value
            for part in ("merging", "scoring")
            for name, value in bench.get(part, {}).items()
        },
        "games": len(plan["games"]),
        "halves": sum(len(game["halves"]) for game in plan["games"]),
        "prompt": f"{plan['prompt']['name']} (sha256 {plan['prompt']['sha256'][:12]})",
    }
    return Settings(
        recipe=tuple((name, str(value)) for name, value in listed.items()),
        versions=(("touchline", plan["touchline"]), *plan["versions"].items()),
        prompts=(Text(plan["prompt"]["name"], plan["prompt"]["source"]),),
        cards=tuple(
            Text(model["card"]["name"], yaml.safe_dump(model["card"], sort_keys=False))
            for model in plan["models"]
        ),
    )
