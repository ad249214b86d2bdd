"""Stretches of a half without a readable answer: found once, stored, drawn on every timeline."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from touchline.files import write_atomically
from touchline.replies import Outcome, Reading
from touchline.runs.asking.watching.served_rows import ServedRow, rows_by_name
from touchline.runs.planning.plan_file import PlanFile
from touchline.runs.results.model_replies import ModelReplies
from touchline.runs.run_folder import RunFolder

ANSWERED_OUTCOMES = (Outcome.EVENTS, Outcome.NOTHING)
"""What a readable answer comes to; only such answers count towards coverage."""

Stretch = tuple[int, int]
"""From and to, in ms from the start of the half."""
Stretches = Mapping[tuple[str, int], tuple[Stretch, ...]]
"""By game and half; a half that is covered whole is left out."""

_VERSION = 1


def uncovered_stretches(readings: Sequence[Reading], samples: int) -> tuple[Stretch, ...]:
    """Stretches of a half without a readable answer, neighbours joined.

    Args:
        readings: of one half, in order.
        samples: how often each window was asked; it is covered if any answer is readable.
    """
    found: list[Stretch] = []
    for first in range(0, len(readings), samples):
        if any(one.outcome in ANSWERED_OUTCOMES for one in readings[first : first + samples]):
            continue
        window = readings[first].window
        if found and window.start_ms <= found[-1][1]:
            found[-1] = (found[-1][0], window.end_ms)
        else:
            found.append((window.start_ms, window.end_ms))
    return tuple(found)


def write_uncovered(folder: Path, models: Mapping[str, Stretches]) -> None:
    """Writes the uncovered stretches of every model of a run."""
    values = {
        "version": _VERSION,
        "models": {
            model: [
                {"game": game, "half": half, "ms": [list(one) for one in found]}
                for (game, half), found in stretches.items()
            ]
            for model, stretches in models.items()
        },
    }
    write_atomically(RunFolder(folder).uncovered, json.dumps(values))


def read_uncovered(folder: Path, models: Sequence[str]) -> dict[str, Stretches]:
    """The uncovered stretches of some models of a run.

    A run that was finished before they were stored has its replies read again. A run that was
    made from other runs has no replies of its own, and no stretches.
    """
    try:
        values: Any = json.loads(RunFolder(folder).uncovered.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        values = {}
    if values.get("version") == _VERSION:
        return {model: _stretches(values["models"].get(model, ())) for model in models}
    if not RunFolder(folder).has_questions:
        return {model: {} for model in models}
    rows = rows_by_name(folder, PlanFile.read(folder))
    return {model: _from_replies(folder, rows[model]) if model in rows else {} for model in models}


def _stretches(entries: Sequence[Mapping[str, Any]]) -> Stretches:
    return {
        (entry["game"], entry["half"]): tuple((start, end) for start, end in entry["ms"])
        for entry in entries
    }


def _from_replies(folder: Path, row: ServedRow) -> Stretches:
    found = {
        (half.planned.game, half.planned.half): uncovered_stretches(
            half.readings, half.planned.samples
        )
        for half in ModelReplies(folder, row.entry.name, row).halves()
    }
    return {place: stretches for place, stretches in found.items() if stretches}
