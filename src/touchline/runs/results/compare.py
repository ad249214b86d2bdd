"""Runs side by side: read back, scored on the same games, and tested in pairs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from touchline.errors import UserError
from touchline.games import Label
from touchline.report import Kind, Row
from touchline.runs.results.run_results import RunResults, load_run
from touchline.scores import (
    RESAMPLES,
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
        kind: what its row is of (see `Row.kind`).
        spots: by game.
        coverage: from 0 to 1.
        half_ms: length of each half, by game and number.
        control_of: of a control, the name of its model's entry.
    """

    name: str
    kind: Kind
    spots: Mapping[str, list[Spot]]
    coverage: float
    half_ms: Mapping[tuple[str, int], int]
    control_of: str = ""


@dataclass(frozen=True, slots=True)
class Comparison:
    """Models side by side.

    Attributes:
        rows: the leaderboard.
        tests: every pair of scored models, by metric.
        remarks: what the reader has to know besides.
    """

    rows: tuple[Row, ...]
    tests: tuple[PairTest, ...]
    remarks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CompareOptions:
    """How runs are compared; None takes what the runs themselves were scored under.

    Attributes:
        tolerance_s: full width of the window for precision and recall.
        min_coverage: a model that answered a smaller share of its windows is not scored.
        score_anyway: score models under the minimum coverage too, also where the runs did not.
        resamples: draws for intervals and tests.
    """

    tolerance_s: float | None = None
    min_coverage: float | None = None
    score_anyway: bool = False
    resamples: int = RESAMPLES


def compare_runs(folders: Sequence[Path], options: CompareOptions) -> Comparison:
    """Reads and scores finished runs, on the games that all of them have.

    Args:
        folders: of the runs.
        options: how they are compared.

    Raises:
        UserError: a folder is not a finished run, the runs have no labelled game in common, or
            they were scored under settings that disagree.
    """
    runs = [load_run(folder) for folder in folders]
    truth, remarks = _common_truth(runs)
    scoring = _common_scoring(runs, options)
    rows, counts = [], {}
    for entry in _entries(runs):
        row = _unscored_row(entry, scoring)
        games = {game: (labels, entry.spots.get(game, [])) for game, labels in truth.items()}
        if scoring.enough(entry.coverage):
            counts[entry.name] = count_by_game(games, tolerance_s=scoring.tolerance)
            spread = intervals(counts[entry.name], options.resamples) if len(games) > 1 else {}
            row = _score(row, games, spread, entry.half_ms, scoring.tolerance)
        rows.append(row)
    tests = compare_models(counts, resamples=options.resamples) if len(truth) > 1 else []
    if warning := too_few_games(len(truth)):
        remarks.append(warning)
    return Comparison(tuple(rows), tuple(tests), tuple(remarks))


def _common_scoring(runs: Sequence[RunResults], options: CompareOptions) -> ScoringSettings:
    """The settings of the runs where the user chose none.

    Raises:
        UserError: the runs disagree, and the user does not decide.
    """
    chosen = {"tolerance": options.tolerance_s, "min_coverage": options.min_coverage}
    found = {}
    for name, value in chosen.items():
        values: dict[float, RunResults] = {}
        for run in runs:
            values.setdefault(getattr(run.scoring, name), run)
        if value is None and len(values) > 1:
            listed = ", ".join(f"{one:g} in {run.folder}" for one, run in values.items())
            option = "--" + name.replace("_", "-")
            raise UserError(
                f"the runs were scored under different settings (scoring.{name} is {listed}): "
                f"choose one for all of them with {option}."
            )
        found[name] = next(iter(values)) if value is None else value
    anyway = options.score_anyway or all(run.scoring.score_anyway for run in runs)
    return ScoringSettings.model_validate(found | {"score_anyway": anyway})


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
    """The models of all runs, under names of their own; a control is called after its model."""
    names = [name for run in runs for name in run.models]
    entries: dict[str, Entry] = {}
    for run in runs:
        of_run: dict[str, str] = {}
        for model in run.models:
            owner = run.control_of.get(model, model)
            name = model if names.count(owner) == 1 else f"{run.name}: {model}"
            while name in entries or name in of_run.values():
                name = f"{run.folder.name}: {name}"
            of_run[model] = name
        for model, name in of_run.items():
            owner = of_run.get(run.control_of.get(model, ""), "")
            entries[name] = Entry(
                name, run.kinds[model], run.models[model], run.coverage[model], run.half_ms, owner
            )
    return list(entries.values())


def _unscored_row(entry: Entry, scoring: ScoringSettings) -> Row:
    row = Row(
        model=entry.name,
        kind=entry.kind,
        control_of=entry.control_of,
        loose=None,
        tight=None,
        coverage=entry.coverage,
        min_coverage=scoring.min_coverage,
    )
    if scoring.enough(entry.coverage):
        return row
    note = f"not scored: under {scoring.min_coverage:.0%} coverage (--score-anyway scores it)"
    return replace(row, note=note)


def _score(
    row: Row,
    games: Games,
    spread: Mapping[str, Interval],
    half_ms: Mapping[tuple[str, int], int],
    tolerance_s: float,
) -> Row:
    """The row with its figures; those of a score sheet that a comparison does not show are not
    computed.
    """
    table = align_events(games)
    figures = compute_figures(
        MetricInput(
            games=games,
            official=official_scores(games),
            rates=precision_recall_f1(table, tolerance_s),
            hallucination=measure_hallucination(table, tolerance_s, half_ms=half_ms),
            calibration=study_calibration(games, tolerance_s=tolerance_s, table=table),
        )
    )
    ends = {name: (interval.low, interval.high) for name, interval in spread.items()}
    return row.with_scores(figures, ends)
