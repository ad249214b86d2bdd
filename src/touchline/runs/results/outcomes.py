"""What a model came to: its replies read, counted and merged, game by game."""

import math
from array import array
from collections import Counter
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

import numpy as np

from touchline.models import Failure, Reply, installed_engine
from touchline.replies import Outcome, Reading
from touchline.runs.asking.watching.served_rows import ServedRow
from touchline.runs.cost.journal_costs import complete_cost_usd, complete_tokens
from touchline.runs.merging.fitted import is_of_another, merging_of, was_fitted
from touchline.runs.planning.plan_file import ModelPlan, PlanFile
from touchline.runs.results.leaderboard import ModelOutcome
from touchline.runs.results.model_replies import ModelReplies, ReadHalf
from touchline.runs.results.uncovered import ANSWERED_OUTCOMES, Stretch, uncovered_stretches
from touchline.scores import RepeatAgreement, repeat_agreement
from touchline.spots import MERGE_METHODS, MergeSettings, Spot, merge_readings

_MOST_REMARKS = 12
_OF_ANOTHER = "merged by default, because the decoder was fitted on the claims of another model"

MERGE_FACTORS = (0.25, 0.5, 2.0, 4.0)
"""Merge windows that a report compares the run's own with."""


def model_outcome(folder: Path, row: ServedRow, merging: MergeSettings) -> ModelOutcome:
    """What one row of a run came to.

    Args:
        folder: the run.
        row: the model, and whose replies count.
        merging: how detections become spots (see `merging_of`).

    Raises:
        UserError: the run was never started for this model.
    """
    entry = row.entry
    of_another = not entry.is_baseline and is_of_another(entry, merging)
    merging = merging_of(entry, merging)
    replies = ModelReplies(folder, entry.name, row)
    ways = {1.0: merging} | ({} if entry.is_baseline else _other_widths(merging))
    spots: dict[float, dict[str, list[Spot]]] = {factor: {} for factor in ways}
    counts = _WindowCounts()
    usage = _Usage(len(replies.index.entries))
    for game, halves in groupby(replies.halves(), lambda half: half.planned.game):
        of_game: list[Reading] = []
        for half in halves:
            counts.add(half)
            usage.add(half, replies)
            of_game += half.readings
        for factor, settings in ways.items():
            spots[factor][game] = merge_readings(of_game, settings)
    engine = installed_engine(entry.engine)
    in_sequence = engine is not None and engine.in_sequence
    return ModelOutcome(
        model=row.name,
        kind=entry.kind,
        fitted=was_fitted(entry, merging, spots[1.0]),
        spots=spots.pop(1.0),
        outcomes={outcome: counts.outcomes[outcome] for outcome in Outcome},
        coverage=counts.coverage,
        uncovered=counts.uncovered,
        seconds=math.fsum(usage.seconds) if in_sequence else None,
        memory_bytes=usage.memory_bytes,
        idle_share=usage.idle_share if in_sequence else None,
        cost_usd=complete_cost_usd(replies.index.entries[usage.counted], entry.price),
        tokens=complete_tokens(replies.index.entries[usage.counted]),
        read_by=counts.read_by,
        remarks=dict(counts.remarks.most_common(_MOST_REMARKS)),
        time_sources=counts.time_sources,
        remerged=spots,
        problems=counts.problems,
        lowered=counts.lowered,
        served=counts.served,
        conflicts=replies.index.conflicts,
        stability=counts.stability,
        notes=(_OF_ANOTHER,) if of_another else (),
    )


def unasked_outcome(plan: PlanFile, entry: ModelPlan, notes: tuple[str, ...] = ()) -> ModelOutcome:
    """What a model came to that has no questions yet: no spots in any game.

    Args:
        plan: the run.
        entry: the model.
        notes: why, for readers of its row.
    """
    return ModelOutcome(
        model=entry.name,
        kind=entry.kind,
        spots={game.id: [] for game in plan.games},
        outcomes=dict.fromkeys(Outcome, 0),
        coverage=0.0,
        control_of=plan.control_of(entry.name),
        notes=notes,
    )


def _other_widths(merging: MergeSettings) -> dict[float, MergeSettings]:
    """The merge window at other sizes; a method that has no merge window, such as decoder, none."""
    if not MERGE_METHODS.get(merging.method).uses_windows:
        return {}
    return {
        factor: merging.model_copy(
            update={
                "window": factor * merging.window,
                "named_window": factor * merging.named_window,
            }
        )
        for factor in MERGE_FACTORS
    }


class _WindowCounts:
    """What became of the windows."""

    def __init__(self) -> None:
        self.outcomes: Counter[Outcome] = Counter()
        self.read_by: Counter[str] = Counter()
        self.remarks: Counter[str] = Counter()
        self.time_sources: Counter[str] = Counter()
        self.problems: Counter[str] = Counter()
        self.lowered: Counter[str] = Counter()
        self.served: Counter[str] = Counter()
        self.uncovered: dict[tuple[str, int], tuple[Stretch, ...]] = {}
        self._repeats: list[tuple[frozenset[str], ...]] = []

    @property
    def stability(self) -> RepeatAgreement | None:
        """Agreement between the samples of each window; None where each was asked once."""
        return repeat_agreement(self._repeats)

    @property
    def coverage(self) -> float:
        """Share of windows with a readable answer, from 0 to 1."""
        answered = sum(self.outcomes[one] for one in ANSWERED_OUTCOMES)
        return answered / max(1, self.outcomes.total())

    def add(self, half: ReadHalf) -> None:
        """Counts the readings of a half."""
        for reading in half.readings:
            self.outcomes[reading.outcome] += 1
            if reading.parser:
                self.read_by[reading.parser] += 1
            self.time_sources.update(str(one.time_source) for one in reading.detections)
            if reading.outcome is Outcome.FAILED:
                self.problems[reading.note] += 1
            else:
                self.remarks.update(note for note in reading.note.split("; ") if note)
        for answer in (record.answer for record in half.records.values()):
            if isinstance(answer, Reply) and answer.lowered:
                self.lowered[" and ".join(answer.lowered)] += 1
            if isinstance(answer, Reply) and answer.served.identity is not None:
                self.served[answer.served.identity] += 1
        if half.planned.samples > 1:
            self._repeats += _classes_by_window(half)
        if stretches := uncovered_stretches(half.readings, half.planned.samples):
            self.uncovered[half.planned.game, half.planned.half] = stretches


def _classes_by_window(half: ReadHalf) -> Iterator[tuple[frozenset[str], ...]]:
    """The classes that each readable answer to a window claims, for each window."""
    samples = half.planned.samples
    for first in range(0, len(half.readings), samples):
        yield tuple(
            frozenset(one.label for one in reading.detections if one.label is not None)
            for reading in half.readings[first : first + samples]
            if reading.outcome in ANSWERED_OUTCOMES
        )


class _Usage:
    """What the answers took; one that counts for two games, since they share a video, took once.

    Args:
        entries: how many the journal's index has.
    """

    def __init__(self, entries: int) -> None:
        self.seconds = array("d")
        self.memory_bytes: int | None = None
        self.counted = np.zeros(entries, dtype=bool)
        self._waited = array("d")

    def add(self, half: ReadHalf, replies: ModelReplies) -> None:
        """Counts the answers about a half that were not counted before."""
        places = replies.index.find(half.planned.keys)
        for key, place in zip(half.planned.keys, places.tolist(), strict=True):
            if key in half.records and not self.counted[place]:
                self.counted[place] = True
                self._count(half.records[key].answer)

    @property
    def idle_share(self) -> float | None:
        """Share of the time in which the device had nothing to do, since no frames were ready."""
        waited = math.fsum(self._waited)
        total = waited + math.fsum(self.seconds)
        return waited / total if total else None

    def _count(self, answer: Reply | Failure) -> None:
        self.seconds.append(answer.seconds)
        if not isinstance(answer, Reply):
            return
        self._waited.append(answer.waited_seconds)
        if answer.memory_bytes:
            self.memory_bytes = max(self.memory_bytes or 0, answer.memory_bytes)
