"""The progress of a run, from its files alone: nothing is asked, decoded or locked."""

import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from touchline.models import Reply
from touchline.replies import ANSWERED, FAILED, Entries, read_index, states_of
from touchline.runs.asking.watching.served_rows import served_rows
from touchline.runs.before_asking.refused_models import read_refused
from touchline.runs.cost.journal_costs import complete_cost_usd
from touchline.runs.merging.fitted import FUSION
from touchline.runs.planning.plan_file import ModelPlan, PlanFile
from touchline.runs.planning.question_index import QuestionFile
from touchline.runs.probing.probe_file import probe_of
from touchline.runs.results.model_replies import ModelReplies
from touchline.runs.run_folder import RunFolder

_RATE_MS = 10 * 60_000
"""The rate is that of the last ten minutes in which there were answers."""


@dataclass(frozen=True, slots=True)
class HalfStatus:
    """One half of one model.

    Attributes:
        game: id of the game.
        half: number of the half, from 1.
        answered: questions with a reply.
        failed: questions whose last try failed; they are asked again.
        missing: questions that were not asked yet.
    """

    game: str
    half: int
    answered: int
    failed: int
    missing: int


@dataclass(frozen=True, slots=True)
class ModelStatus:
    """The progress of one model.

    Attributes:
        model: its name.
        planned: whether its questions are written; before that nothing is known.
        halves: one by one, in the order of the plan.
        answered: questions with a reply, over all halves.
        failed: as in `HalfStatus`.
        missing: as in `HalfStatus`.
        per_second: recent answers a second, or None where there are not two.
        left_seconds: time for the rest at that rate, or None.
        last_answer_seconds: how long ago the last answer was written, or None.
        cost_usd: of the answers, or None where it is unknown.
        conflicts: replies that differ from an earlier one to the same question; the first counts.
        probe: what a probe of the model found, as a sentence; None where it was not probed.
        unreadable: places in the journal that hold no record that can be read, such as lines torn
            by a crash; their windows are missing and will be asked again.
        fused_from: of a model that was fused, the models of other runs; it is never asked.
        rows: replies of each row of the leaderboard, where several served models answered and
            each of them has a row.
        refused: why the model could not be asked at the last start, as a sentence.
    """

    model: str
    planned: bool
    halves: tuple[HalfStatus, ...] = ()
    answered: int = 0
    failed: int = 0
    missing: int = 0
    per_second: float | None = None
    left_seconds: float | None = None
    last_answer_seconds: float | None = None
    cost_usd: float | None = None
    conflicts: int = 0
    probe: str | None = None
    unreadable: int = 0
    fused_from: tuple[str, ...] = ()
    rows: Mapping[str, int] = field(default_factory=dict)
    refused: str | None = None

    def to_json(self) -> dict[str, Any]:
        """The same as plain values; `rows`, `fused_from` and `refused` only where there are any."""
        values = asdict(self)
        optional = ("rows", "fused_from", "refused")
        return {name: one for name, one in values.items() if one or name not in optional}


def run_status(folder: Path) -> list[ModelStatus]:
    """The progress of each model of a run, in the order of the plan.

    Raises:
        UserError: the folder is not a run.
    """
    plan = PlanFile.read(folder)
    now_ms = time.time_ns() // 1_000_000
    found, refused = [], read_refused(folder)
    for entry in plan.models:
        planned = RunFolder(folder).questions(entry.name).is_file()
        status = (
            _model_status(folder, entry, now_ms)
            if planned
            else ModelStatus(entry.name, planned=False)
        )
        if entry.engine == FUSION:
            status = replace(status, fused_from=tuple(map(str, entry.card.get("models", ()))))
        probe = probe_of(folder, entry.name)
        reason = refused.get(entry.name) if status.missing or not planned else None
        found.append(replace(status, probe=probe.sentence if probe else None, refused=reason))
    return found


def _model_status(folder: Path, entry: ModelPlan, now_ms: int) -> ModelStatus:
    index = read_index(RunFolder(folder).journal(entry.name))
    counted = np.zeros(len(index.entries), dtype=bool)
    halves = []
    for half in QuestionFile(folder, entry.name).halves():
        found = index.find(half.keys)
        known = found[found >= 0]
        counted[known] = True
        states = states_of(index.entries[known])
        answered, failed = int((states == ANSWERED).sum()), int((states == FAILED).sum())
        missing = len(found) - answered - failed
        halves.append(HalfStatus(half.game, half.half, answered, failed, missing))
    left = sum(half.missing + half.failed for half in halves)
    entries = index.entries[counted]
    rate = _per_second(entries)
    last_ms = int(entries["at_ms"].max(initial=0))
    return ModelStatus(
        model=entry.name,
        planned=True,
        halves=tuple(halves),
        answered=sum(half.answered for half in halves),
        failed=sum(half.failed for half in halves),
        missing=sum(half.missing for half in halves),
        per_second=rate,
        left_seconds=left / rate if rate else None,
        last_answer_seconds=max(0, now_ms - last_ms) / 1000 if last_ms else None,
        cost_usd=complete_cost_usd(entries, entry.price),
        conflicts=index.conflicts,
        unreadable=index.unreadable,
        rows=_by_row(folder, entry),
    )


def _by_row(folder: Path, entry: ModelPlan) -> dict[str, int]:
    rows = served_rows(folder, entry)
    if len(rows) == 1:
        return {}
    counts = dict.fromkeys((row.name for row in rows), 0)
    for row in rows:
        for half in ModelReplies(folder, entry.name, row).halves():
            answers = (record.answer for record in half.records.values())
            counts[row.name] += sum(isinstance(answer, Reply) for answer in answers)
    return counts


def _per_second(entries: Entries) -> float | None:
    """Answers per second in the last minutes before the last answer."""
    at_ms: NDArray[np.int64] = entries["at_ms"]
    recent = at_ms[(at_ms > 0) & (at_ms > at_ms.max(initial=0) - _RATE_MS)]
    span_ms = int(np.ptp(recent)) if len(recent) else 0
    return (len(recent) - 1) / span_ms * 1000 if span_ms else None
