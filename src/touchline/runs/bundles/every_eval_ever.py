"""Scores in the schema of Every Eval Ever: one JSON file for each model.

Source: `eval.schema.json`, version 0.3.0, of `evaleval/every_eval_ever`.
"""

import json
import re
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from touchline import __version__
from touchline.errors import UserError
from touchline.files import make_folder, write_atomically
from touchline.models import installed_engine
from touchline.report import Row
from touchline.runs.asking.watching.served_rows import rows_by_name
from touchline.runs.config.bench import Bench, read_run_bench
from touchline.runs.planning.plan_file import ModelPlan, PlanFile
from touchline.runs.results.finish import score_replies
from touchline.runs.results.leaderboard import Leaderboard
from touchline.scores import METRIC_REGISTRY, Metric

SCHEMA_VERSION = "0.3.0"
_UNITS = {"percent": "proportion", "share": "proportion"}
_NAMESPACE = uuid.UUID("5b0f5b54-6f7e-5d5c-9d0a-4d0a6c2f7f11")
"""Of the ids of files: the same run makes the same names."""


def write_every_eval_ever(folder: Path, out: Path, organization: str) -> list[Path]:
    """Writes the scores of a run for the datastore of Every Eval Ever.

    Null baselines and controls are no models, and have no file; nor has a model that was not
    scored.

    Args:
        folder: a finished run.
        out: the folder that `data/<benchmark>/<developer>/<model>/<id>.json` goes into.
        organization: who made the run.

    Returns:
        The files.

    Raises:
        UserError: the folder is not a finished run, or no model of it was scored.
    """
    plan, bench = PlanFile.read(folder), read_run_bench(folder)
    scored = score_replies(folder, bench.merging, bench.scoring)
    found = datetime.fromtimestamp((folder / "scores.json").stat().st_mtime, UTC)
    files, asked = [], rows_by_name(folder, plan)
    for row in scored.rows:
        if row.kind != "model" or row.model not in scored.sheets:
            continue
        entry = asked[row.model].entry
        values = evaluation(plan, bench, entry, row, scored, organization, found)
        model_id = values["model_info"]["id"]
        developer, _, name = model_id.rpartition("/")
        place = out / "data" / _slug(plan.task.name) / _slug(developer or "unknown") / _slug(name)
        make_folder(place)
        file = place / f"{uuid.uuid5(_NAMESPACE, values['evaluation_id'])}.json"
        write_atomically(file, json.dumps(values, indent=2, ensure_ascii=False) + "\n")
        files.append(file)
    if not files:
        raise UserError(f"run {folder} has no scored model: there is nothing to write.")
    return files


def evaluation(
    plan: PlanFile,
    bench: Bench,
    entry: ModelPlan,
    row: Row,
    scored: Leaderboard,
    organization: str,
    found: datetime,
) -> dict[str, Any]:
    """The scores of one model as the schema has them.

    Args:
        plan: of the run.
        bench: its benchmark.
        entry: the model.
        row: of the leaderboard.
        scored: the leaderboard.
        organization: who made the run.
        found: when it was scored.
    """
    model_id = _model_id(entry)
    stamp = str(int(found.timestamp()))
    games = scored.sheets[row.model].games
    dataset = {
        "dataset_name": plan.name,
        "source_type": "other",
        "additional_details": {
            "task": plan.task.name,
            "games": str(games),
            "classes": ", ".join(plan.task.classes),
        },
    }
    return {
        "schema_version": SCHEMA_VERSION,
        "evaluation_id": f"{plan.task.name}/{model_id}/{stamp}",
        "evaluation_timestamp": found.isoformat(timespec="seconds"),
        "retrieved_timestamp": stamp,
        "source_metadata": {
            "source_name": f"touchline run {plan.name}",
            "source_type": "evaluation_run",
            "source_organization_name": organization,
            "evaluator_relationship": "third_party",
        },
        "eval_library": {
            "name": "touchline",
            "version": plan.touchline or __version__,
            "additional_details": dict(plan.versions),
        },
        "model_info": _model_info(entry, row),
        "evaluation_results": [
            _result(metric, row, plan, bench, dataset) for metric in _shown(row)
        ],
    }


def _model_info(entry: ModelPlan, row: Row) -> dict[str, Any]:
    model_id = _model_id(entry)
    return {
        "name": row.model,
        "id": model_id,
        **({"developer": model_id.split("/")[0]} if "/" in model_id else {}),
        "additional_details": {
            "deployment_type": "self_deployed" if _is_local(entry) else "externally_managed",
            "model_availability": "open_weights" if _is_local(entry) else "unknown",
            "engine": entry.engine,
        },
    }


def _shown(row: Row) -> Iterator[Metric]:
    """The metrics that judge a model, and of which it has a figure."""
    for metric in METRIC_REGISTRY.all():
        judges = metric.compute is not None and metric.better and metric.name in row.figures
        if judges or metric.name == "coverage":
            yield metric


def _result(
    metric: Metric, row: Row, plan: PlanFile, bench: Bench, dataset: dict[str, Any]
) -> dict[str, Any]:
    value = row.figures[metric.name]
    ends = row.intervals.get(metric.name)
    uncertainty = ends and {
        "confidence_interval": {
            "lower": ends[0],
            "upper": ends[1],
            "confidence_level": 0.95,
            "method": "jackknife over games",
        },
        "num_samples": row.games,
    }
    return {
        "evaluation_result_id": f"{plan.task.name}/{metric.name}",
        "evaluation_name": f"{plan.task.name} {metric.heading}",
        "source_data": dataset,
        "metric_config": {
            "evaluation_description": metric.definition,
            "metric_id": f"touchline.{metric.name}",
            "metric_name": metric.heading,
            "metric_unit": _UNITS.get(metric.format, metric.format),
            "metric_parameters": {"tolerance_s": bench.scoring.tolerance},
            "lower_is_better": metric.better == "low",
            "score_type": "continuous",
            "min_score": 0.0,
            "max_score": 1.0 if metric.format in _UNITS else "Infinity",
        },
        "score_details": {
            "score": value,
            **({"uncertainty": uncertainty} if uncertainty else {}),
        },
    }


def _model_id(entry: ModelPlan) -> str:
    """The name that the model has where it comes from, else its name in the run."""
    named = next((entry.card[key] for key in ("checkpoint", "model") if entry.card.get(key)), None)
    return str(named or entry.name)


def _is_local(entry: ModelPlan) -> bool:
    engine = installed_engine(entry.engine)
    return engine is not None and engine.is_local


def _slug(name: str) -> str:
    """A name as a folder of the datastore."""
    return re.sub(r"[^A-Za-z0-9._-]+", "_", name).strip("._") or "unknown"
