"""The labels and the spots of the same games, read together."""

from collections.abc import Sequence
from pathlib import Path

from touchline.games import (
    SOCCERNET_V2,
    Label,
    ProblemLog,
    Task,
    filter_games,
    open_game_files,
    read_label_files,
    split_games,
)
from touchline.spots.spots_file import read_spot_files
from touchline.spots.types import Spot


def read_pairs(
    labels: Path,
    predictions: Path,
    task: Task = SOCCERNET_V2,
    split: str | None = None,
    patterns: Sequence[str] = (),
    problems: ProblemLog | None = None,
) -> dict[str, tuple[list[Label], list[Spot]]]:
    """Labels and spots by game.

    Args:
        labels: folder or zip of league/season/game/<the task's label file>.
        predictions: folder or zip of league/season/game/results_spotting.json.
        task: names the label file and the classes.
        split: one of SoccerNet's splits or a file with one game per line; None for every game that
            has labels. Predictions for other games are not read.
        patterns: only games that match one of them.
        problems: collects what is wrong; None raises at the first.

    Raises:
        UserError: there is no such file, or a problem that `problems` does not tolerate.
    """
    if split is None:
        with open_game_files(labels) as tree:
            wanted = tree.games(task.label_file)
    else:
        wanted = split_games(split)
    if patterns:
        wanted = filter_games(wanted, patterns)
    truth = read_label_files(labels, task, wanted, problems)
    spots = read_spot_files(predictions, list(truth), task, problems)
    return {game: (truth[game], spots[game]) for game in truth}
