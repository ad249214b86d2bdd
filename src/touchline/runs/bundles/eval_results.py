"""Scores as a file for `.eval_results/` in a model's repository on Hugging Face.

Source: https://huggingface.co/docs/hub/eval-results, and `eval_results.yaml` of
`huggingface/hub-docs`.
"""

import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import yaml

from touchline.errors import UserError
from touchline.files import make_folder, write_atomically
from touchline.report import Row
from touchline.runs.config.bench import read_run_bench
from touchline.runs.planning.plan_file import PlanFile
from touchline.runs.results.finish import score_replies
from touchline.text import counted

_DATASET = re.compile(r"[\w.-]{1,96}/[\w.-]{1,96}")


def write_eval_results(folder: Path, out: Path, dataset: str, source: str | None) -> list[Path]:
    """Writes one YAML file for each scored model of a run: its figure in the task's own metric.

    A model's repository takes its file as `.eval_results/<file>`.

    Args:
        folder: a finished run.
        out: the folder that `<model>/.eval_results/<task>.yaml` goes into.
        dataset: the benchmark's repository on the hub, such as "SoccerNet/SN-PCBAS-2026".
        source: an https address with more about the run, or None.

    Returns:
        The files.

    Raises:
        UserError: the folder is not a finished run, no model of it was scored, or the repository or
            the address is none.
    """
    if not _DATASET.fullmatch(dataset):
        raise UserError(
            f"'{dataset}' is not a repository on the hub, such as SoccerNet/SN-BAS-2025."
        )
    if source is not None and not source.startswith("https://"):
        raise UserError(f"'{source}' is not an https address.")
    plan, bench = PlanFile.read(folder), read_run_bench(folder)
    scored = score_replies(folder, bench.merging, bench.scoring)
    found = datetime.fromtimestamp((folder / "scores.json").stat().st_mtime, UTC)
    files = []
    for row in scored.rows:
        if row.kind == "model" and row.score is not None:
            values = [entry(row, plan, dataset, source, found)]
            place = out / re.sub(r"[^\w.-]+", "_", row.model) / ".eval_results"
            make_folder(place)
            file = place / f"{re.sub(r'[^A-Za-z0-9._-]+', '_', plan.task.name)}.yaml"
            write_atomically(file, yaml.safe_dump(values, sort_keys=False, allow_unicode=True))
            files.append(file)
    if not files:
        raise UserError(f"run {folder} has no scored model: there is nothing to write.")
    return files


def entry(
    row: Row, plan: PlanFile, dataset: str, source: str | None, found: datetime
) -> dict[str, Any]:
    """One entry of the file; the value is in per cent, as leaderboards show it.

    Args:
        row: of the leaderboard, of a scored model.
        plan: of the run.
        dataset: the benchmark's repository.
        source: an address, or None.
        found: when it was scored.
    """
    games = counted(row.games or 0, "game")
    told = f"touchline, {row.ranked_by}, {games}, coverage {row.coverage or 0:.1%}"
    return {
        "dataset": {"id": dataset, "task_id": plan.task.name},
        "value": round(100 * (row.score or 0.0), 4),
        "date": found.strftime("%Y-%m-%dT%H:%M:%SZ"),
        **({"source": {"url": source, "name": f"touchline run {plan.name}"}} if source else {}),
        "notes": told,
    }
