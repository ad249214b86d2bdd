"""Models side by side: scored on the same games, and tested by families."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from touchline.games import Task
from touchline.report import Row
from touchline.runs.comparison.contest import Contest, Entry
from touchline.scores import (
    FITTED,
    REFITTED_IN_ITS_RUN,
    EventTable,
    Games,
    LeaveOneOut,
    MetricInput,
    PairTest,
    ScoringSettings,
    align_events,
    compare_models,
    comparison_families,
    compute_figures,
    count_by_game,
    floor_sentence,
    intervals,
    leave_one_out,
    measure_hallucination,
    official_scores,
    precision_recall_f1,
    study_calibration,
    watched_labels,
    without_probabilities,
)
from touchline.text import counted

METRICS = ("loose", "tight")
"""The figures whose differences are tested."""

_SAME = 1e-9


@dataclass(frozen=True, slots=True)
class Comparison:
    """Models side by side.

    Attributes:
        rows: the leaderboard.
        tests: the pairs of each family, by metric.
        remarks: what the reader has to know besides.
    """

    rows: tuple[Row, ...]
    tests: tuple[PairTest, ...]
    remarks: tuple[str, ...]


def compare(contest: Contest) -> Comparison:
    """Scores and tests what is compared.

    Args:
        contest: sets of spots on the same games.
    """
    rows = []
    left_out = leave_games_out(contest)
    for entry in contest.entries:
        row = _unscored_row(entry, contest.scoring, contest.task)
        if entry.name in left_out:
            row = _score(row, contest, entry, left_out[entry.name])
        rows.append(row)
    families = families_by_metric(contest, left_out)
    tests = [
        test
        for metric, pairs in families.items()
        for test in compare_models(left_out, pairs, [metric])
    ]
    said = [
        *contest.remarks,
        *family_sentences(len(contest.truth), families),
        *_found(tests),
        *_fitted(contest, tests),
    ]
    return Comparison(tuple(rows), tuple(tests), tuple(said))


def leave_games_out(contest: Contest) -> dict[str, LeaveOneOut]:
    """The figures of each scored entry, and without each game in turn; by the entry's name."""
    tolerance_s = contest.scoring.tolerance
    return {
        entry.name: leave_one_out(
            count_by_game(
                _games(contest, entry),
                contest.task,
                tolerance_s=tolerance_s,
                table=_watched(contest, entry),
            )
        )
        for entry in contest.entries
        if _is_scored(entry, contest.scoring)
    }


def families_by_metric(
    contest: Contest, left_out: Mapping[str, LeaveOneOut]
) -> dict[str, dict[str, list[tuple[str, str]]]]:
    """The pairs of each family, by metric; none for fewer than two games."""
    if len(contest.truth) < 2:
        return {}
    contenders = [entry.contender for entry in contest.entries if entry.name in left_out]
    return {
        metric: comparison_families(
            contenders, {name: found.figures[metric] for name, found in left_out.items()}
        )
        for metric in METRICS
    }


def family_sentences(
    games: int, families: Mapping[str, Mapping[str, Sequence[tuple[str, str]]]]
) -> list[str]:
    """What is certain before any test: families in which no difference can be significant."""
    sizes = {family: len(pairs) for by in families.values() for family, pairs in by.items()}
    said = {family: floor_sentence(games, pairs) for family, pairs in sizes.items()}
    return [f"{family}: {sentence}" for family, sentence in said.items() if sentence]


def _found(tests: Sequence[PairTest]) -> list[str]:
    """For each family and metric without a significant difference: what could have been found."""
    groups: dict[tuple[str, str], list[PairTest]] = {}
    for test in tests:
        groups.setdefault((test.family, test.metric), []).append(test)
    return [
        f"{family}, {metric}: no difference found in {counted(len(group), 'pair')}; {_could(group)}"
        for (family, metric), group in groups.items()
        if not any(test.significant for test in group)
    ]


def _fitted(contest: Contest, tests: Sequence[PairTest]) -> list[str]:
    """Which tested models were fitted on the games that they are tested on."""
    tested = {name for test in tests for name in (test.first, test.second)}
    names = [entry.name for entry in contest.entries if entry.fitted and entry.name in tested]
    if not names:
        return []
    return [
        f"fitted on the other games that are compared here: {', '.join(names)}. Intervals and p of "
        "differences from them leave out how much the fit varies, so they are too sure."
    ]


def _could(group: Sequence[PairTest]) -> str:
    least = [one.least_difference for one in group if one.least_difference is not None]
    if least:
        reach = sorted({f"{100 * one:.1f}" for one in (min(least), max(least))}, key=float)
        return (
            f"these games show differences of {' to '.join(reach)} points in four cases of five "
            "(`touchline power` says how many games a smaller one needs)."
        )
    if all(one.difference.value == 0 for one in group):
        return "the models do not differ in any game."
    return "these games can show none."


def _games(contest: Contest, entry: Entry) -> Games:
    return {game: (labels, entry.spots.get(game, [])) for game, labels in contest.truth.items()}


def _watched(contest: Contest, entry: Entry) -> EventTable:
    """What precision, recall and their intervals count: as on a leaderboard, what was watched."""
    return align_events(watched_labels(_games(contest, entry), entry.half_ms, None), contest.task)


def _is_scored(entry: Entry, scoring: ScoringSettings) -> bool:
    return entry.coverage is None or scoring.enough(entry.coverage)


def _unscored_row(entry: Entry, scoring: ScoringSettings, task: Task) -> Row:
    row = Row(
        model=entry.name,
        kind=entry.kind,
        control_of=entry.control_of,
        loose=None,
        tight=None,
        coverage=entry.coverage,
        min_coverage=scoring.min_coverage,
        ranked_by=task.metric,
    )
    if _is_scored(entry, scoring):
        return row
    note = f"not scored: under {scoring.min_coverage:.0%} coverage (--score-anyway scores it)"
    return replace(row, note=note)


def _score(row: Row, contest: Contest, entry: Entry, left_out: LeaveOneOut) -> Row:
    """The row with its figures; those of a score sheet that a comparison does not show are not
    computed.
    """
    games, task, tolerance_s = _games(contest, entry), contest.task, contest.scoring.tolerance
    table, official = _watched(contest, entry), official_scores(games, task)
    absent = official.absent_classes
    figures = compute_figures(
        MetricInput(
            games=games,
            official=official,
            rates=precision_recall_f1(table, tolerance_s),
            hallucination=measure_hallucination(table, tolerance_s, half_ms=entry.half_ms),
            calibration=study_calibration(games, task, tolerance_s, table=table),
        )
    )
    if not entry.has_probability:
        figures = without_probabilities(figures)
    if entry.fitted:
        kept = _intervals_of_its_run(entry, figures)
        note = REFITTED_IN_ITS_RUN if kept else FITTED
        return replace(row, note=note).with_scores(figures, kept, len(games), absent)
    ends = {name: one.ends for name, one in intervals(left_out).items() if one.ends}
    return row.with_scores(figures, ends, len(games), absent)


def _intervals_of_its_run(
    entry: Entry, figures: Mapping[str, float | None]
) -> dict[str, tuple[float, float]]:
    """The intervals that a fitted row has in its run, of the figures that are the same here: at
    another tolerance some are not.
    """
    return {
        name: one.ends
        for name, one in entry.refitted.items()
        if one.ends and (here := figures.get(name)) is not None and abs(here - one.value) < _SAME
    }
