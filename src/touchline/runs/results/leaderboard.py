"""From spots to the rows of a leaderboard."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from touchline.games import SOCCERNET_V2, Label, Task
from touchline.replies import Outcome
from touchline.report import BASELINE_KINDS, Kind, Row
from touchline.runs.merging.held_out import Refitted
from touchline.runs.own_claims.claims_left import ClaimsLeft
from touchline.runs.results.read_record import MISPLACED
from touchline.runs.results.uncovered import Stretches
from touchline.scores import (
    FITTED,
    RepeatAgreement,
    ScoreSheet,
    ScoringSettings,
    leave_one_out_refitted,
    refitted_sentence,
    score_sheet,
    without_probabilities,
)
from touchline.spots import Spot
from touchline.text import counted


@dataclass(frozen=True, slots=True)
class ModelOutcome:
    """What one model came to.

    Attributes:
        model: its name.
        kind: what its row of the leaderboard is of.
        control_of: of a control, the name of its model.
        has_probability: whether its confidences are meant as probabilities; ranks and sums of
            weights, as fusing without fitting gives, only order its spots.
        fitted: whether its spots were decoded by what was fitted on other games of the run.
        refitted: where it was, by games that are left out of the fits too, the spots of the other
            games; empty where that is not known.
        claims_left: of a control whose frames its model's claims choose, what is left of them.
        notes: what else a reader of its row has to know, in words.
        stability: agreement between repeats, where windows were asked several times.
        spots: its spots by game.
        outcomes: windows by what became of them.
        coverage: share of windows answered readably, from 0 to 1.
        uncovered: by game and half, the stretches (from, to) in ms without such an answer.
        seconds: time that the model took, or None where requests overlapped.
        memory_bytes: the largest memory in use, or None where the model is elsewhere.
        idle_share: share of the time that the device waited for frames, or None likewise.
        cost_usd: US dollars, or None where the card has no price or tokens were not counted.
        tokens: in and out, of its questions and answers; None where they are not all known.
        read_by: replies by the parser that understood them.
        remarks: what was remarked on replies when they were read, and how often.
        time_sources: events that replies report, by what their time was read from.
        remerged: spots by game with the merge window at other sizes, by the factor to its own.
        problems: failed windows by what went wrong.
        conflicts: replies to windows that were answered before, and differently.
        lowered: windows that an engine showed less of than planned, by what it took away.
        served: replies by who gave them, as far as they say.
    """

    model: str
    kind: Kind
    spots: Mapping[str, list[Spot]]
    outcomes: Mapping[Outcome, int]
    coverage: float
    uncovered: Stretches = field(default_factory=dict)
    seconds: float | None = None
    memory_bytes: int | None = None
    idle_share: float | None = None
    cost_usd: float | None = None
    tokens: int | None = None
    read_by: Mapping[str, int] = field(default_factory=dict)
    remarks: Mapping[str, int] = field(default_factory=dict)
    time_sources: Mapping[str, int] = field(default_factory=dict)
    remerged: Mapping[float, Mapping[str, list[Spot]]] = field(default_factory=dict)
    problems: Mapping[str, int] = field(default_factory=dict)
    conflicts: int = 0
    control_of: str = ""
    lowered: Mapping[str, int] = field(default_factory=dict)
    served: Mapping[str, int] = field(default_factory=dict)
    has_probability: bool = True
    refitted: Refitted = field(default_factory=dict)
    fitted: bool = False
    stability: RepeatAgreement | None = None
    claims_left: ClaimsLeft | None = None
    notes: tuple[str, ...] = ()

    @property
    def is_baseline(self) -> bool:
        """Whether it is a baseline, of whatever kind."""
        return self.kind in BASELINE_KINDS


@dataclass(frozen=True, slots=True)
class Leaderboard:
    """A leaderboard and what stands behind it.

    Attributes:
        rows: one per model.
        sheets: all figures by model; a model that is not scored has none.
        tolerance_s: the tolerance of every figure that needs one.
    """

    rows: tuple[Row, ...]
    sheets: Mapping[str, ScoreSheet]
    tolerance_s: float


@dataclass(frozen=True, slots=True)
class GroundTruth:
    """What spots are scored against.

    Attributes:
        labels: by game; only these games count.
        half_ms: length of each half, by game and number.
        task: what was spotted.
    """

    labels: Mapping[str, list[Label]]
    half_ms: Mapping[tuple[str, int], int]
    task: Task = SOCCERNET_V2


def score_models(
    outcomes: Sequence[ModelOutcome], truth: GroundTruth, scoring: ScoringSettings
) -> Leaderboard:
    """Scores every model that answered enough of its windows.

    Args:
        outcomes: what each model came to.
        truth: what spots are scored against.
        scoring: tolerance, and the coverage from which on a model is scored.
    """
    sheets = {
        outcome.model: _sheet(outcome, truth, scoring)
        for outcome in outcomes
        if truth.labels and scoring.enough(outcome.coverage)
    }
    rows = tuple(
        _outcome_row(outcome, sheets.get(outcome.model), truth, scoring) for outcome in outcomes
    )
    return Leaderboard(rows, sheets, scoring.tolerance)


def _sheet(outcome: ModelOutcome, truth: GroundTruth, scoring: ScoringSettings) -> ScoreSheet:
    games = {game: (labels, outcome.spots.get(game, [])) for game, labels in truth.labels.items()}
    nothing = outcome.outcomes[Outcome.NOTHING]
    sheet = score_sheet(
        games,
        truth.task,
        tolerance_s=scoring.tolerance,
        half_ms=truth.half_ms,
        windows=(nothing + outcome.outcomes[Outcome.EVENTS], nothing),
    )
    if not outcome.fitted:
        return sheet
    if not outcome.refitted:
        return sheet.without_intervals(f"{FITTED}.")
    left_out = leave_one_out_refitted(
        games, outcome.refitted, truth.task, scoring.tolerance, truth.half_ms
    )
    return sheet.with_intervals(left_out, refitted_sentence(outcome.refitted))


def _outcome_row(
    outcome: ModelOutcome, sheet: ScoreSheet | None, truth: GroundTruth, scoring: ScoringSettings
) -> Row:
    seconds = outcome.seconds
    answered = sum(outcome.outcomes.values()) - outcome.outcomes[Outcome.FAILED]
    length_s = sum(truth.half_ms.values()) / 1000
    row = Row(
        model=outcome.model,
        kind=outcome.kind,
        control_of=outcome.control_of,
        loose=None,
        tight=None,
        coverage=outcome.coverage,
        min_coverage=scoring.min_coverage,
        ranked_by=truth.task.metric,
        outcomes={str(name): count for name, count in outcome.outcomes.items()},
        seconds=seconds,
        windows_per_second=answered / seconds if seconds else None,
        times_real_time=length_s / seconds if seconds else None,
        peak_memory_bytes=outcome.memory_bytes,
        idle_share=outcome.idle_share,
        repeats_all=outcome.stability and outcome.stability.all,
        repeats_any=outcome.stability and outcome.stability.any,
        consistency=outcome.stability and outcome.stability.consistency,
        claims_gone=outcome.claims_left and outcome.claims_left.gone_share,
        claims_kept=outcome.claims_left and outcome.claims_left.kept_share,
        cost_usd_per_hour=_per_hour(outcome.cost_usd, truth.half_ms),
        cost_usd=outcome.cost_usd,
        note=_note(outcome, sheet is None and bool(truth.labels), scoring.min_coverage),
    )
    if sheet is None:
        return row
    figures = sheet.figures if outcome.has_probability else without_probabilities(sheet.figures)
    absent = sheet.official.absent_classes
    return row.with_scores(figures, sheet.intervals, sheet.games, absent)


def _per_hour(usd: float | None, half_ms: Mapping[tuple[str, int], int]) -> float | None:
    """US dollars an hour of match."""
    length_ms = sum(half_ms.values())
    return usd / length_ms * 3_600_000 if usd is not None and length_ms else None


def _note(outcome: ModelOutcome, unscored: bool, min_coverage: float) -> str:
    notes = list(outcome.notes)
    if unscored:
        notes.append(
            f"not scored: {outcome.coverage:.1%} of its windows have a readable answer, under "
            f"{min_coverage:.0%} (scoring.min_coverage)"
        )
    elif outcome.fitted:
        notes.append(refitted_sentence(outcome.refitted) if outcome.refitted else FITTED)
    if outcome.claims_left:
        notes.append(outcome.claims_left.sentence)
    if outcome.problems:
        problem, count = max(outcome.problems.items(), key=lambda item: item[1])
        failed = counted(sum(outcome.problems.values()), "window")
        notes.append(f"{failed} failed; {count} with '{problem}'")
    for remark, count in outcome.remarks.items():
        if remark.startswith(MISPLACED):
            notes.append(f"{counted(count, 'window')} with {remark}")
    if outcome.lowered:
        less, count = max(outcome.lowered.items(), key=lambda item: item[1])
        shown = counted(sum(outcome.lowered.values()), "window")
        notes.append(f"{shown} shown with less than planned, most often {less} ({count})")
    if outcome.conflicts:
        notes.append(
            f"{counted(outcome.conflicts, 'window')} answered twice, differently; the first answer "
            "counts"
        )
    return "; ".join(notes)
