"""Merging again: the settings in a run's benchmark, and the readings to search them on."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from touchline.bounded_reading import read_bounded_text
from touchline.errors import UserError
from touchline.files import remove_file, write_atomically
from touchline.games import Label, split_games
from touchline.replies import Reading
from touchline.runs.asking.watching.served_rows import served_rows
from touchline.runs.config.bench import parse_bench, run_bench_values, write_bench_text
from touchline.runs.config.merging_file import read_merging_file, write_merging_file
from touchline.runs.merging.tune import Tuned
from touchline.runs.planning.plan_file import PlanFile
from touchline.runs.planning.question_index import MADE_OF_RUNS
from touchline.runs.results.finish import FinishResult, finish
from touchline.runs.results.model_replies import ModelReplies
from touchline.runs.results.stored_scores import ScoresFile, withdraw_scores
from touchline.runs.run_folder import RunFolder
from touchline.spots import MergeSettings, write_decoders
from touchline.validation import field_names, one_sentence
from touchline.yaml_text import read_yaml

Figures = tuple[float | None, float | None]
"""Loose and tight average-mAP, from 0 to 1."""

_PREFIXES = ("merging.", "merge.")
"""The second is an alias from before the section and the option had one name."""


@dataclass(frozen=True, slots=True)
class Remerged:
    """What merging again came to.

    Attributes:
        finished: the results.
        changed: loose and tight average-mAP before and after, of each model where one differs.
        kept: settings of `merging` that were set before and stay, such as "window=6".
    """

    finished: FinishResult
    changed: Mapping[str, tuple[Figures, Figures]]
    kept: tuple[str, ...]


def merge_again(
    folder: Path, settings_file: Path | None, changes: Sequence[str], undo: bool = False
) -> Remerged:
    """Merges a run's replies with other settings, and writes these into its benchmark.

    Args:
        folder: the run.
        settings_file: YAML with a `merging:` section, as `touchline tune` writes it, or None.
        changes: such as "merging.method=soft-nms"; they override the file.
        undo: take the settings from before the last merge instead; then there is none to undo.

    Raises:
        UserError: no run or none that was asked, no such setting, a value that does not fit, or
            nothing to undo.
    """
    PlanFile.read(folder)
    run = RunFolder(folder)
    if not run.has_questions:
        raise UserError(f"run {folder} {MADE_OF_RUNS}.")
    values: dict[str, Any] = run_bench_values(folder)
    before = dict(values.get("merging") or {})
    if undo:
        if settings_file is not None or changes:
            raise UserError("--undo takes no other settings: omit --set and --settings.")
        merging, named = _merging_before(run), set(before)
    else:
        merging, named = _changed(before, settings_file, changes)
    new_text = yaml.safe_dump(values | {"merging": merging}, sort_keys=False)
    bench = parse_bench(new_text, str(run.bench), folder)
    swept = bench.sweep.values() if bench.sweep is not None else {}
    if not undo and (own := sorted(name for name in named if f"merging.{name}" in swept)):
        raise UserError(
            f"merging.{own[0]} is swept: each cell of run {folder} has its own value; change the "
            "sweep in the benchmark, and run it."
        )
    old = _figures(folder)
    withdraw_scores(folder)
    if not undo and merging != before:  # a merge that is repeated keeps what was before the first
        write_atomically(run.bench_before_merge, yaml.safe_dump(values, sort_keys=False))
    write_bench_text(new_text, run.bench)
    finished = finish(folder, bench.merging, bench.scoring)
    if undo:  # last, so that one that was interrupted can be undone again
        remove_file(run.bench_before_merge)
    new = _figures(folder)
    return Remerged(
        finished,
        {one: (old[one], new[one]) for one in new if one in old and old[one] != new[one]},
        tuple(f"{name}={value}" for name, value in before.items() if name not in named),
    )


def _changed(
    before: Mapping[str, Any], settings_file: Path | None, changes: Sequence[str]
) -> tuple[dict[str, Any], set[str]]:
    """The settings after a change, and the names of those that it sets."""
    read = {} if settings_file is None else read_merging_file(settings_file)
    merging = {**before, **read}
    named = set(read)
    for change in changes:
        name, value = _change(change)
        try:
            MergeSettings.model_validate({name: value})
        except ValidationError as error:
            names = field_names(MergeSettings)
            raise UserError(f"--set {change}: merging.{one_sentence(error, names)}") from error
        merging[name] = value
        named.add(name)
    return merging, named


def _merging_before(run: RunFolder) -> dict[str, Any]:
    """The settings from before the last merge."""
    try:
        values = read_yaml(read_bounded_text(run.bench_before_merge))
    except FileNotFoundError as error:
        raise UserError(f"run {run.path} has no merge to undo.") from error
    return dict(values.get("merging") or {})


def _figures(folder: Path) -> dict[str, Figures]:
    """Loose and tight average-mAP of each model of a run; none where it is not finished."""
    if not RunFolder(folder).scores.is_file():
        return {}
    return {row.model: (row.loose, row.tight) for row in ScoresFile.read(folder).leaderboard}


def labelled_readings(
    folder: Path, model: str | None, split: str | None
) -> dict[str, tuple[list[Reading], list[Label]]]:
    """Readings and labels of a run's games, for one model.

    Args:
        folder: the run.
        model: its name; None where the run has one only, null baselines aside.
        split: one of SoccerNet's splits, or a file with one game per line; None for all games.

    Raises:
        UserError: no such model, or no labelled game left.
    """
    plan = PlanFile.read(folder)
    name = model or plan.only_model()
    if name not in plan.model_names:
        raise UserError(f"run {folder} has no model '{name}'.")
    wanted = None if split is None else set(split_games(split))
    truth = {
        game: labels for game, labels in plan.labels().items() if wanted is None or game in wanted
    }
    if not truth:
        raise UserError(f"run {folder} has no labelled games{f' of {split}' if split else ''}.")
    readings = ModelReplies(folder, name, served_rows(folder, plan.model(name))[0]).readings()
    return {
        game: (list(found), truth[game])
        for game, found in groupby(readings, lambda reading: reading.window.game)
        if game in truth
    }


def write_tuned(path: Path, tuned: Tuned, decoders: Path, model: str) -> MergeSettings:
    """Writes decoders, and the settings that were best on held-out games, with the figures as
    comments.

    Args:
        path: the YAML file.
        tuned: what was found.
        decoders: the file of decoders, which the settings name if decoding was best.
        model: whose claims they were fitted on.

    Returns:
        The settings written.
    """
    settings = tuned.best
    remove_file(path)  # a file of older settings would name the decoders that are written now
    write_decoders(decoders, tuned.decoders, tuned.no_look_decoders, model)
    if tuned.decodes:
        settings = MergeSettings(method="decoder", decoder=str(decoders.resolve()))
    comments = [
        f"{name}: loose {100 * figure.loose:.2f}, tight {100 * figure.tight:.2f}"
        for name, figure in figures(tuned)
    ]
    comments.append(gain_sentence(tuned))
    write_merging_file(path, settings, comments)
    return settings


def figures(tuned: Tuned) -> list[tuple[str, Any]]:
    """What a search found, as named figures."""
    return [
        ("default settings", tuned.default),
        ("tuned settings, on the games they were tuned on", tuned.in_sample),
        (f"tuned settings, on held-out games ({tuned.folds} folds)", tuned.held_out),
        (f"decoder, on held-out games ({tuned.folds} folds)", tuned.decoder),
        *(
            (f"null of the decoder, fitted in the same folds: {name}", figure)
            for name, figure in tuned.no_look.items()
        ),
    ]


def gain_sentence(tuned: Tuned) -> str:
    """What the settings that are written gain on games that they were not searched on."""
    what = "gain" if tuned.is_better else "gain nothing"
    loose, tight = (f"{100 * value:+.2f}" for value in (tuned.gain.loose, tuned.gain.tight))
    return f"on held-out games these settings {what} over the default: {loose} loose, {tight} tight"


def _change(text: str) -> tuple[str, Any]:
    name, equals, value = text.partition("=")
    if not equals:
        raise UserError(f"--set {text} is not of the form merging.NAME=VALUE.")
    name = name.strip()
    prefix = next((one for one in _PREFIXES if name.startswith(one)), "")
    name = name.removeprefix(prefix)
    if "." in name:
        raise UserError(
            f"--set {text}: only settings of 'merging' can be changed without asking models again; "
            "change others in the benchmark, and run it."
        )
    try:
        return name, read_yaml(value)
    except yaml.YAMLError as error:
        raise UserError(f"--set {text}: the value is not valid YAML.") from error
