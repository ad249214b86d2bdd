"""What a reader has to know about a line of the leaderboard besides its figures."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from touchline.runs.planning.question_index import QuestionFile, question_path
from touchline.runs.results.leaderboard import Scored
from touchline.runs.run_folder import half_lengths
from touchline.video import covered_ms


def with_notes(scored: Scored, folder: Path, plan: Mapping[str, Any]) -> Scored:
    """A leaderboard whose lines say what the models were told, and how little they looked at.

    Args:
        scored: the leaderboard.
        folder: the run.
        plan: the facts of its `plan.json`.
    """
    notes = {entry["card"]["name"]: _caveats(folder, plan, entry) for entry in plan["models"]}
    rows = tuple(
        replace(row, note="; ".join(filter(None, [row.note, *notes.get(row.model, [])])))
        for row in scored.rows
    )
    return replace(scored, rows=rows)


def covered_share(folder: Path, plan: Mapping[str, Any], model: str) -> float:
    """Share of the halves of a run that the windows of a model show, from 0 to 1.

    Raises:
        UserError: the run was never started for this model.
    """
    file = QuestionFile(folder, model)
    shown_ms = sum(covered_ms(file.half(line).spans_ms) for line in file.lines)
    return shown_ms / max(1, sum(half_lengths(dict(plan)).values()))


def _caveats(folder: Path, plan: Mapping[str, Any], entry: Mapping[str, Any]) -> list[str]:
    model, found = entry["card"]["name"], []
    leaks = plan["prompt"].get("leakage_prone", [])
    if leaks and entry["card"]["engine"] != "baseline":
        found.append(f"was told the {' and '.join(leaks)}, which is leakage-prone")
    adaptive = entry["recipe"].get("adaptive")
    if adaptive and question_path(folder, model).is_file():
        share = covered_share(folder, plan, model)
        found.append(
            f"looked at {share:.1%} of the match, chosen by {adaptive['by']}; the rest was left "
            "out by choice, and coverage counts the chosen windows"
        )
    return found
