"""From spots to the rows of a leaderboard."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from touchline.games import Label
from touchline.replies import Outcome
from touchline.report import Row
from touchline.scores import ScoreSheet, score_sheet
from touchline.spots import Spot

Stretches = Mapping[tuple[str, int], tuple[tuple[int, int], ...]]


@dataclass(frozen=True, slots=True)
class ModelOutcome:
    """What one model came to.

    Attributes:
        model: its name.
        is_baseline: whether it is a null baseline.
        spots: its spots by game.
        outcomes: windows by what became of them.
        coverage: share of windows answered readably, from 0 to 1.
        uncovered: by game and half, the stretches (from, to) in ms without such an answer.
        seconds: time that the model took, or None where requests overlapped.
        memory_bytes: the largest memory in use, or None where the model is elsewhere.
        idle_share: share of the time that the device waited for frames, or None likewise.
        cost_usd: US dollars, or None where the card has no price or tokens were not counted.
        read_by: replies by the reader that understood them.
        remarks: what the reader had to remark on replies, and how often.
        remerged: spots by game with the merge window at other sizes, by the factor to its own.
        problems: failed windows by what went wrong.
        conflicts: replies to windows that were answered before, and otherwise.
    """

    model: str
    is_baseline: bool
    spots: Mapping[str, list[Spot]]
    outcomes: Mapping[Outcome, int]
    coverage: float
    uncovered: Stretches = field(default_factory=dict)
    seconds: float | None = None
    memory_bytes: int | None = None
    idle_share: float | None = None
    cost_usd: float | None = None
    read_by: Mapping[str, int] = field(default_factory=dict)
    remarks: Mapping[str, int] = field(default_factory=dict)
    remerged: Mapping[float, Mapping[str, list[Spot]]] = field(default_factory=dict)
    problems: Mapping[str, int] = field(default_factory=dict)
    conflicts: int = 0


@dataclass(frozen=True, slots=True)
class Scored:
    """A leaderboard and what stands behind it.

    Attributes:
        rows: one a model.
        sheets: all figures by model; a model under the least coverage has none.
        tolerance_s: that spots were judged at where one was needed.
    """

    rows: tuple[Row, ...]
    sheets: Mapping[str, ScoreSheet]
    tolerance_s: float


@dataclass(frozen=True, slots=True)
class Judging:
    """What spots are judged by.

    Attributes:
        truth: labels by game; only these games count.
        half_ms: length of each half, by game and number.
        tolerance_s: full width of the window for precision, recall and F1.
        min_coverage: from 0 to 1; a model below it gets no score, only a reason.
    """

    truth: Mapping[str, list[Label]]
    half_ms: Mapping[tuple[str, int], int]
    tolerance_s: float
    min_coverage: float


def score_models(outcomes: Sequence[ModelOutcome], judging: Judging) -> Scored:
    """Scores every model that answered enough of its windows."""
    sheets = {
        outcome.model: _sheet(outcome, judging)
        for outcome in outcomes
        if judging.truth and outcome.coverage >= judging.min_coverage
    }
    rows = tuple(_row(outcome, sheets.get(outcome.model), judging) for outcome in outcomes)
    return Scored(rows, sheets, judging.tolerance_s)


def _sheet(outcome: ModelOutcome, judging: Judging) -> ScoreSheet:
    games = {game: (labels, outcome.spots.get(game, [])) for game, labels in judging.truth.items()}
    nothing = outcome.outcomes[Outcome.NOTHING]
    return score_sheet(
        games,
        tolerance_s=judging.tolerance_s,
        half_ms=judging.half_ms,
        windows=(nothing + outcome.outcomes[Outcome.EVENTS], nothing),
    )


def _row(outcome: ModelOutcome, sheet: ScoreSheet | None, judging: Judging) -> Row:
    seconds = outcome.seconds
    asked = sum(outcome.outcomes.values()) - outcome.outcomes[Outcome.FAILED]
    row = Row(
        model=outcome.model,
        kind="baseline" if outcome.is_baseline else "model",
        loose=None,
        tight=None,
        coverage=outcome.coverage,
        outcomes={str(name): count for name, count in outcome.outcomes.items()},
        seconds=seconds,
        windows_per_second=asked / seconds if seconds else None,
        times_real_time=sum(judging.half_ms.values()) / 1000 / seconds if seconds else None,
        peak_memory_bytes=outcome.memory_bytes,
        idle_share=outcome.idle_share,
        cost_usd_per_hour=_per_hour(outcome.cost_usd, judging.half_ms),
        cost_usd=outcome.cost_usd,
        note=_note(outcome, sheet is None and bool(judging.truth), judging.min_coverage),
    )
    return row if sheet is None else with_scores(row, sheet)


def with_scores(row: Row, sheet: ScoreSheet) -> Row:
    """A row of the leaderboard with its figures filled in."""
    return row.with_scores(sheet.figures, sheet.intervals)


def _per_hour(usd: float | None, half_ms: Mapping[tuple[str, int], int]) -> float | None:
    """US dollars an hour of match."""
    length_ms = sum(half_ms.values())
    return usd / length_ms * 3_600_000 if usd is not None and length_ms else None


def _note(outcome: ModelOutcome, unscored: bool, min_coverage: float) -> str:
    notes = []
    if unscored:
        notes.append(
            f"not scored: {outcome.coverage:.1%} of its windows have a readable answer, under "
            f"{min_coverage:.0%} (scoring.min_coverage)"
        )
    if outcome.problems:
        problem, count = max(outcome.problems.items(), key=lambda item: item[1])
        notes.append(f"{sum(outcome.problems.values())} windows failed; {count} with '{problem}'")
    if outcome.conflicts:
        notes.append(
            f"{outcome.conflicts} windows were answered again and otherwise; the first answer "
            "counts"
        )
    return "; ".join(notes)
