"""Merging again: the settings in a run's benchmark, and the readings to search them on."""

from collections.abc import Sequence
from itertools import groupby
from pathlib import Path
from typing import Any

import yaml

from touchline.errors import UserError
from touchline.files import remove_file
from touchline.games import Label, split_games
from touchline.replies import Reading
from touchline.runs.config.bench import Bench, parse_bench, run_bench_values, write_bench_text
from touchline.runs.config.merging_file import read_merging_file, write_merging_file
from touchline.runs.merging.tune import Tuned
from touchline.runs.planning.plan_file import PlanFile
from touchline.runs.results.model_replies import ModelReplies
from touchline.runs.results.stored_scores import withdraw_scores
from touchline.runs.run_folder import RunFolder
from touchline.spots import MergeSettings, write_decoders
from touchline.yaml_text import read_yaml

_PREFIXES = ("merging.", "merge.")
"""The second is an alias from before the section and the option had one name."""


def with_merging(folder: Path, settings_file: Path | None, changes: Sequence[str]) -> Bench:
    """The run's benchmark with its merging changed, checked, and written into the run.

    Args:
        folder: the run.
        settings_file: YAML with a `merging:` section, as `touchline tune` writes it, or None.
        changes: such as "merging.method=soft-nms"; they override the file.

    Raises:
        UserError: no run, no such setting, or a value that does not fit.
    """
    PlanFile.read(folder)
    file = RunFolder(folder).bench
    values: dict[str, Any] = run_bench_values(folder)
    merging = dict(values.get("merging") or {})
    if settings_file is not None:
        merging |= read_merging_file(settings_file)
    for change in changes:
        name, value = _change(change)
        merging[name] = value
    text = yaml.safe_dump(values | {"merging": merging}, sort_keys=False)
    bench = parse_bench(text, f"{file} with these settings", folder)
    withdraw_scores(folder)
    write_bench_text(text, file)
    return bench


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
    readings = ModelReplies(folder, name).readings()
    return {
        game: (list(found), truth[game])
        for game, found in groupby(readings, lambda reading: reading.window.game)
        if game in truth
    }


def write_tuned(path: Path, tuned: Tuned, decoders: Path) -> MergeSettings:
    """Writes decoders, and the settings that were best on held-out games, with the figures as
    comments.

    Args:
        path: the YAML file.
        tuned: what was found.
        decoders: the file of decoders, which the settings name if decoding was best.

    Returns:
        The settings written.
    """
    settings = tuned.best
    remove_file(path)  # a file of older settings would name the decoders that are written now
    write_decoders(decoders, tuned.decoders, tuned.no_look_decoders)
    if tuned.decoder.mean > tuned.held_out.mean:
        settings = MergeSettings(method="decoder", decoder=str(decoders.resolve()))
    comments = [
        f"{name}: loose {100 * figure.loose:.2f}, tight {100 * figure.tight:.2f}"
        for name, figure in figures(tuned)
    ]
    write_merging_file(path, settings, comments)
    return settings


def figures(tuned: Tuned) -> list[tuple[str, Any]]:
    """What a search found, as named figures."""
    return [
        ("the settings it began with", tuned.default),
        ("searched, on the games of the search", tuned.in_sample),
        (f"searched, held out in {tuned.folds} folds over games", tuned.held_out),
        (f"decoder, held out in {tuned.folds} folds over games", tuned.decoder),
        *(
            (f"decoder's null, refitted in the same folds: {name}", figure)
            for name, figure in tuned.no_look.items()
        ),
    ]


def _change(text: str) -> tuple[str, Any]:
    name, equals, value = text.partition("=")
    if not equals:
        raise UserError(f"--set {text} is not of the form merging.NAME=VALUE.")
    name = name.strip()
    prefix = next((one for one in _PREFIXES if name.startswith(one)), "")
    name = name.removeprefix(prefix)
    try:
        return name, read_yaml(value)
    except yaml.YAMLError as error:
        raise UserError(f"--set {text}: the value is not valid YAML.") from error
