"""What is compared: models of runs, or files of spots, on the same games."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from touchline.errors import UserError
from touchline.games import SOCCERNET_V2, Label, Task
from touchline.report import Kind
from touchline.runs.comparison.file_names import names_of_files, names_of_runs
from touchline.runs.results.run_results import RunResults, load_run
from touchline.runs.run_folder import RunFolder
from touchline.runs.stopping.stopping_file import StoppingFile
from touchline.scores import TOO_SURE, Contender, Interval, Role, ScoringSettings
from touchline.spots import ReadChoice, ReadRules, Spot, read_pairs_of, read_spots

_ROLES: Mapping[Kind, Role] = {"baseline": "null", "sound": "sound"}
"""What baselines are to a test; every other row but a control is a model."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One set of spots.

    Attributes:
        name: the model's, with the run's before it where two runs have the same; of a file of
            spots the file's.
        kind: what its row is of (see `Row.kind`).
        spots: by game.
        coverage: from 0 to 1; None where it is unknown.
        half_ms: length of each half, by game and number, where it is known.
        control_of: of a control, the name of its model's entry.
        has_probability: whether its confidences are meant as probabilities.
        fitted: whether its spots were decoded by what was fitted on games of its run.
        refitted: where they were, the intervals that its run computed with refits, by metric; none
            where it is compared on fewer games than its run has.
    """

    name: str
    kind: Kind
    spots: Mapping[str, list[Spot]]
    coverage: float | None
    half_ms: Mapping[tuple[str, int], int] | None
    control_of: str = ""
    has_probability: bool = True
    fitted: bool = False
    refitted: Mapping[str, Interval] = field(default_factory=dict)

    @property
    def contender(self) -> Contender:
        """The row as a test sees it."""
        if self.kind == "control":
            return Contender(self.name, "control", self.control_of)
        return Contender(self.name, _ROLES.get(self.kind, "model"))


@dataclass(frozen=True, slots=True)
class Contest:
    """Sets of spots on the same games.

    Attributes:
        entries: what is compared.
        truth: labels by game.
        task: classes and rules.
        scoring: the settings that all of them are scored under.
        remarks: what the reader has to know besides.
    """

    entries: tuple[Entry, ...]
    truth: Mapping[str, list[Label]]
    task: Task
    scoring: ScoringSettings
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CompareOptions:
    """How runs are compared; None takes what the runs themselves were scored under.

    Attributes:
        tolerance_s: full width of the window for precision and recall.
        min_coverage: a model that answered a smaller share of its windows is not scored.
        score_anyway: score models under the minimum coverage too, also where the runs did not.
    """

    tolerance_s: float | None = None
    min_coverage: float | None = None
    score_anyway: bool = False


@dataclass(frozen=True, slots=True)
class LabelFiles:
    """The labels that files of spots are compared on; see `touchline compare --help`."""

    labels: Path
    task: Task = SOCCERNET_V2
    split: str | None = None
    games: tuple[str, ...] = ()


def contest_of_runs(folders: Sequence[Path], options: CompareOptions) -> Contest:
    """Reads finished runs, on the games that all of them have.

    Args:
        folders: of the runs.
        options: how they are compared.

    Raises:
        UserError: a folder is not a finished run, the runs have no labelled game in common, or
            they were scored under settings that disagree.
    """
    for folder in folders:
        if folder.is_file():
            raise UserError(
                f"{folder} is a file, not the folder of a run: to compare files of spots, name "
                "their labels with --labels."
            )
        if sum(folder.resolve() == other.resolve() for other in folders) > 1:
            raise UserError(f"run {folder} is given twice: name each run once.")
    runs = [load_run(folder) for folder in folders]
    task = _common_task(runs)
    truth, remarks = _common_truth(runs)
    remarks += [sentence for run in runs if (sentence := _stopped_early(run))]
    return Contest(
        tuple(_entries(runs, len(truth))),
        truth,
        task,
        _common_scoring(runs, options),
        tuple(remarks),
    )


def contest_of_files(
    files: Sequence[ReadChoice], labels: LabelFiles, options: CompareOptions, rules: ReadRules
) -> Contest:
    """Reads files of spots and the labels that they are scored against.

    Args:
        files: folders or zips of league/season/game/results_spotting.json, or files of spots in
            any other format.
        labels: what they are compared on.
        options: the tolerance; there is no coverage to judge.
        rules: how they are read; `rules.problems` collects what is wrong, or raises at the first.

    Raises:
        UserError: a file is missing or wrong.
    """
    truth: dict[str, list[Label]] = {}
    entries, remarks = [], []
    for name, choice in zip(names_of_files([one.source for one in files]), files, strict=True):
        file = choice.source
        if RunFolder(file).is_run:
            raise UserError(
                f"{file} is the folder of a run, which has labels of its own: omit --labels; or "
                f"name the folder {RunFolder(file).spots('MODEL')} of one of its models."
            )
        read = read_pairs_of(choice, rules, labels.labels, labels.task, labels.split, labels.games)
        remarks += [f"{name}: {sentence}" for sentence in read.sentences()]
        pairs = read.games
        truth = {game: found for game, (found, _) in pairs.items()}
        spots = {game: found for game, (_, found) in pairs.items()}
        entries.append(Entry(name, "model", spots, None, None))
    chosen = {} if options.tolerance_s is None else {"tolerance": options.tolerance_s}
    scoring = ScoringSettings.model_validate(chosen)
    return Contest(tuple(entries), truth, labels.task, scoring, tuple(remarks))


def spots_of_files(
    files: Sequence[ReadChoice], rules: ReadRules
) -> dict[str, dict[str, list[Spot]]]:
    """The spots of some files by game, under a name for each file.

    Args:
        files: folders, zips or files of spots.
        rules: how they are read.

    Raises:
        UserError: a file cannot be read.
    """
    names = names_of_files([one.source for one in files])
    return {name: read_spots(one, rules) for name, one in zip(names, files, strict=True)}


def _stopped_early(run: RunResults) -> str | None:
    """What a run's early stop means for what is computed from its games."""
    stopping = StoppingFile.read(run.folder)
    if stopping is None or not stopping.is_answered or len(run.games) >= len(stopping.order):
        return None
    return (
        f"run {run.folder} stopped when its question was answered: {stopping.sentence} {TOO_SURE}"
    )


def _common_task(runs: Sequence[RunResults]) -> Task:
    """What all runs spotted."""
    first = runs[0]
    for run in runs:
        if run.task != first.task:
            differ = "" if run.task.name != first.task.name else ", and what it says differs"
            raise UserError(
                f"run {run.folder} is of task '{run.task.name}', and {first.folder} of task "
                f"'{first.task.name}'{differ}: compare runs of the same task."
            )
    return first.task


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


def _entries(runs: Sequence[RunResults], games: int) -> list[Entry]:
    """The models of all runs, under names of their own; a control is called after its model.

    Args:
        runs: to compare.
        games: that all of them have.
    """
    names = [name for run in runs for name in run.models]
    entries: dict[str, Entry] = {}
    of_runs = names_of_runs([run.name for run in runs], [run.folder for run in runs])
    for run_name, run in zip(of_runs, runs, strict=True):
        of_run: dict[str, str] = {}
        for model in run.models:
            owner = run.control_of.get(model, model)
            name = model if names.count(owner) == 1 else f"{run_name}: {model}"
            while name in entries or name in of_run.values():  # a model that is called so itself
                name = f"{run_name}: {name}"
            of_run[model] = name
        for model, name in of_run.items():
            owner = of_run.get(run.control_of.get(model, ""), "")
            entries[name] = Entry(
                name,
                run.kinds[model],
                run.models[model],
                run.coverage[model],
                run.half_ms,
                owner,
                has_probability=model not in run.ranks_only,
                fitted=model in run.fitted,
                refitted=run.intervals.get(model, {}) if len(run.games) == games else {},
            )
    return list(entries.values())
