"""Runs side by side: read back, scored on the same games, and tested in pairs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from touchline.errors import UserError
from touchline.games import Label
from touchline.report import Row
from touchline.runs.results.run_results import RunResults, load_run
from touchline.scores import (
    Games,
    Interval,
    MetricInput,
    PairTest,
    ScoringSettings,
    align_events,
    compare_models,
    compute_figures,
    count_by_game,
    intervals,
    measure_hallucination,
    official_scores,
    precision_recall_f1,
    study_calibration,
    too_few_games,
)
from touchline.spots import Spot


@dataclass(frozen=True, slots=True)
class Entry:
    """One model of one run.

    Attributes:
        name: the model's, with the run's before it where two runs have the same.
        kind: "model" or "baseline".
        spots: by game.
        coverage: from 0 to 1.
        half_ms: length of each half, by game and number.
    """

    name: str
    kind: str
    spots: Mapping[str, list[Spot]]
    coverage: float
    half_ms: Mapping[tuple[str, int], int]


@dataclass(frozen=True, slots=True)
class Comparison:
    """Models side by side.

    Attributes:
        rows: the leaderboard.
        tests: every pair of scored models, by metric.
        remarks: what has to be said beside.
    """

    rows: tuple[Row, ...]
    tests: tuple[PairTest, ...]
    remarks: tuple[str, ...]


def compare_runs(
    folders: Sequence[Path], tolerance_s: float, resamples: int, score_anyway: bool
) -> Comparison:
    """Reads and scores finished runs, on the games that all of them have.

    Args:
        folders: of the runs.
        tolerance_s: full width of the window for precision and recall.
        resamples: draws for intervals and tests.
        score_anyway: whether models under 99 % coverage are scored too.

    Raises:
        UserError: a folder is no finished run, or the runs have no labelled game in common.
    """
    runs = [load_run(folder) for folder in folders]
    truth, remarks = _common_truth(runs)
    entries = _entries(runs)
    rows, tallies = [], {}
    for entry in entries:
        games = {game: (labels, entry.spots.get(game, [])) for game, labels in truth.items()}
        if entry.coverage < ScoringSettings().min_coverage and not score_anyway:
            rows.append(_unscored(entry))
            continue
        tallies[entry.name] = count_by_game(games, tolerance_s=tolerance_s)
        spread = intervals(tallies[entry.name], resamples) if len(games) > 1 else {}
        rows.append(_row(entry, games, spread, tolerance_s))
    tests = compare_models(tallies, resamples=resamples) if len(truth) > 1 else []
    if warning := too_few_games(len(truth)):
        remarks.append(warning)
    return Comparison(tuple(rows), tuple(tests), tuple(remarks))


def _common_truth(runs: Sequence[RunResults]) -> tuple[dict[str, list[Label]], list[str]]:
    """Labels of the games that all runs have, and what is left out."""
    common = [game for game in runs[0].games if all(game in run.games for run in runs)]
    if not common:
        raise UserError("the runs have no labelled game in common; compare runs of the same games.")
    for run in runs:
        if any(sorted_labels(run, game) != sorted_labels(runs[0], game) for game in common):
            raise UserError(
                f"run {run.folder} has other labels than {runs[0].folder} for the same games "
                "(other halves, perhaps); compare runs of the same halves."
            )
    everything = {game for run in runs for game in run.games}
    remarks = []
    if len(common) < len(everything):
        remarks.append(
            f"compared on the {len(common)} games that all runs have; "
            f"{len(everything) - len(common)} others are left out."
        )
    return {game: list(runs[0].games[game]) for game in common}, remarks


def sorted_labels(run: RunResults, game: str) -> list[Label]:
    """A game's labels in an order that does not depend on the file's."""
    return sorted(run.games[game], key=lambda x: (x.half, x.position_ms, x.label, x.team))


def _entries(runs: Sequence[RunResults]) -> list[Entry]:
    names = [name for run in runs for name in run.models]
    entries: dict[str, Entry] = {}
    for run in runs:
        for model, spots in run.models.items():
            name = model if names.count(model) == 1 else f"{run.name}: {model}"
            while name in entries:
                name = f"{run.folder.name}: {name}"
            entries[name] = Entry(name, run.kinds[model], spots, run.coverage[model], run.half_ms)
    return list(entries.values())


def _unscored(entry: Entry) -> Row:
    row = Row(model=entry.name, loose=None, tight=None, coverage=entry.coverage)
    note = f"not scored: under {row.min_coverage:.0%} coverage (--score-anyway scores it)"
    return replace(row, kind="baseline" if entry.kind == "baseline" else "model", note=note)


def _row(entry: Entry, games: Games, spread: Mapping[str, Interval], tolerance_s: float) -> Row:
    aligned = align_events(games)
    found = MetricInput(
        games=games,
        official=official_scores(games),
        rates=precision_recall_f1(aligned, tolerance_s),
        hallucination=measure_hallucination(aligned, tolerance_s, half_ms=entry.half_ms),
        calibration=study_calibration(games, tolerance_s=tolerance_s, aligned=aligned),
    )
    row = Row(
        model=entry.name,
        kind="baseline" if entry.kind == "baseline" else "model",
        coverage=entry.coverage,
    )
    ends = {name: (interval.low, interval.high) for name, interval in spread.items()}
    return row.with_scores(compute_figures(found), ends)
