"""The labels and the spots of the same games, read together."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, NamedTuple

from touchline.errors import UserError
from touchline.games import (
    SOCCERNET_V2,
    Label,
    ProblemLog,
    Task,
    event_problems,
    filter_games,
    game_id_of,
    games_called,
    holdings,
    open_game_files,
    parse_game_name,
    read_label_files,
    refuse_one_for_many,
    split_games,
    task_of_class,
)
from touchline.spots.spots_file import SPOTS_FILE, read_spot_files
from touchline.spots.types import Spot
from touchline.text import counted


@dataclass(frozen=True, slots=True)
class PairedGames:
    """Labels and spots of the same games, and what became of those that were asked for.

    Attributes:
        games: labels and spots by game, of all games that are scored.
        asked: the games that were to be scored.
        without_spots: games that are scored, and have no file of predictions.
        unlabelled: games with predictions that nothing was asked about, as they have no labels.
        left_out: games with predictions that a split or a pattern leaves out.
        bare: folders beside those of the games that hold files, but no labels.
        only: what the only game of the predictions is called, where that is not the name of the
            only game of the labels.
    """

    games: dict[str, tuple[list[Label], list[Spot]]]
    asked: tuple[str, ...]
    without_spots: tuple[str, ...]
    unlabelled: tuple[str, ...]
    left_out: int
    bare: tuple[str, ...]
    only: str | None = None

    def sentences(self) -> list[str]:
        """How many games were asked for, found and scored; and which are missing on a side."""
        scored = len(self.games)
        said = [
            f"{counted(len(self.asked), 'game')} asked for, {scored:,} with labels, "
            f"{scored - len(self.without_spots):,} with predictions: {scored:,} scored."
        ]
        if self.only is not None:
            said.append(
                f"The predictions are of '{self.only}' and are scored on '{next(iter(self.games))}'"
                ", the only game with labels: --game names another."
            )
        if self.unlabelled:
            said.append(
                f"{counted(len(self.unlabelled), 'game')} with predictions not scored, without "
                f"labels; the first is '{self.unlabelled[0]}'."
            )
        if self.left_out:
            said.append(
                f"{counted(self.left_out, 'game')} with predictions not scored, outside the split "
                "or pattern."
            )
        if self.bare:
            said.append(
                f"{counted(len(self.bare), 'folder')} beside those of the games without labels; "
                f"the first is '{self.bare[0]}'."
            )
        if silent := self._silent_halves():
            game, half, count = silent[0]
            first = f"half {half} of '{game}' has {counted(count, 'label')}, all counted as missed"
            what = "half" if len(silent) == 1 else "halves"
            more = ", and so on." if len(silent) > 1 else "."
            said.append(f"{len(silent):,} {what} without predictions: {first}{more}")
        return said

    def _silent_halves(self) -> list[tuple[str, int, int]]:
        """Halves with labels alone, of games with spots elsewhere: the game, the half, how many."""
        found = []
        for game, (labels, spots) in self.games.items():
            silent = {label.half for label in labels} - {spot.half for spot in spots}
            found += [
                (game, half, sum(label.half == half for label in labels))
                for half in sorted(silent)
                if spots
            ]
        return found

    def to_json(self) -> dict[str, Any]:
        """The same counts for programs."""
        return {
            "asked": len(self.asked),
            "with_labels": len(self.games),
            "with_predictions": len(self.games) - len(self.without_spots),
            "scored": len(self.games),
            "without_labels": sorted(set(self.asked) - self.games.keys()),
            "without_predictions": list(self.without_spots),
            "predictions_without_labels": list(self.unlabelled),
            "predictions_left_out": self.left_out,
            "folders_without_labels": list(self.bare),
        }


def read_pairs(
    labels: Path,
    predictions: Path,
    task: Task = SOCCERNET_V2,
    split: str | None = None,
    patterns: Sequence[str] = (),
    problems: ProblemLog | None = None,
) -> PairedGames:
    """Labels and spots by game.

    Args:
        labels: folder or zip of league/season/game/<the task's label file>, or one such file.
        predictions: folder or zip of league/season/game/results_spotting.json, or one such file.
        task: names the label file and the classes.
        split: one of SoccerNet's splits or a file with one game per line; None for every game that
            has labels. Predictions for other games are not read, but counted.
        patterns: only games that match one of them.
        problems: collects what is wrong; None raises at the first.

    Raises:
        UserError: there is no such file, a problem that `problems` does not tolerate, or no game is
            left to score.
    """
    log = ProblemLog() if problems is None else problems
    asked = _asked_labels(labels, task, split, patterns, log)
    with open_game_files(predictions) as tree:
        predicted = tree.games(SPOTS_FILE)
        refuse_one_for_many(predictions, predicted, asked.truth)
        found = {game: tree.find(game, SPOTS_FILE) for game in {*asked.truth, *asked.games}}
    unread = _unread((labels, predictions), predicted, found, asked.truth, log, SPOTS_FILE)
    spots = read_spot_files(predictions, list(asked.truth), task, log)
    return _paired((labels, predictions), asked, spots, unread, task)


def pair_events(
    labels: Path,
    predictions: Path,
    spots: Mapping[str, Sequence[Spot]],
    task: Task = SOCCERNET_V2,
    split: str | None = None,
    patterns: Sequence[str] = (),
    problems: ProblemLog | None = None,
) -> PairedGames:
    """Labels by game with spots that were read from a file of another format.

    Args:
        labels: see `read_pairs`, likewise all others.
        predictions: what the spots were read from, for messages.
        spots: by game, as the file calls it. One game is that of the labels, whatever its name,
            where these are of one game too, unless both names say which game it is.

    Raises:
        UserError: see `read_pairs`; or the predictions hold no event.
    """
    if not any(spots.values()):
        raise UserError(f"{predictions} holds no event: nothing can be scored.")
    log = ProblemLog() if problems is None else problems
    asked = _asked_labels(labels, task, split, patterns, log)
    found = {
        game: next(iter(games_called(game, list(spots))), None)
        for game in {*asked.truth, *asked.games}
    }
    only = _only_game(spots, asked.truth)
    if only is not None:
        found = dict.fromkeys(asked.truth, only)
    unread = _unread((labels, predictions), list(spots), found, asked.truth, log, "predictions")
    named = {
        game: list(spots[name]) if (name := found[game]) is not None else [] for game in asked.truth
    }
    for game, of_game in named.items():
        for spot in of_game:
            for kind, sentence in event_problems(spot, frozenset(task.classes), task):
                log.add(kind, f"predictions {predictions}: {game}: {sentence}")
    paired = _paired((labels, predictions), asked, named, unread, task)
    is_renamed = only is not None and not games_called(next(iter(asked.truth)), [only])
    return replace(paired, only=only) if is_renamed else paired


def _only_game(predicted: Collection[str], truth: Collection[str]) -> str | None:
    """The game that predictions are of, if they and the labels are of one; None if not.

    Two names of matches that differ are two games; a name such as that of a file says nothing.
    """
    if not len(predicted) == len(truth) == 1:
        return None
    (only,), (game,) = predicted, truth
    names = [parse_game_name(one) for one in (only, game)]
    return None if None not in names and names[0] != names[1] else only


class _Asked(NamedTuple):
    """The games that were asked for, the labels of those that have some, and `PairedGames.bare`."""

    games: Sequence[str]
    truth: dict[str, list[Label]]
    bare: Sequence[str]
    chosen: bool


def _asked_labels(
    labels: Path, task: Task, split: str | None, patterns: Sequence[str], problems: ProblemLog
) -> _Asked:
    chosen = split is not None or bool(patterns)
    with open_game_files(labels) as tree:
        labelled = tree.games(task.label_file)
        if not labelled:
            raise UserError(
                f"{labels} contains no {task.label_file}{holdings(tree, task.label_file)}."
            )
        bare = [] if chosen else tree.others(task.label_file)
        everything = labelled if split is None else split_games(split, task)
        asked = filter_games(everything, patterns) if patterns else everything
        if not any(tree.find(game, task.label_file) for game in asked):
            raise UserError(
                f"{labels} has no labels of the {counted(len(asked), 'game')} asked for: they are "
                f"of '{labelled[0]}' and others, not of '{asked[0]}'."
            )
    return _Asked(asked, read_label_files(labels, task, asked, problems), bare, chosen)


def _paired(
    sources: tuple[Path, Path],
    asked: _Asked,
    spots: Mapping[str, list[Spot]],
    unread: "_Unread",
    task: Task,
) -> PairedGames:
    truth = asked.truth
    _refuse_nothing_to_score(*sources, truth, spots, task)
    unlabelled = unread.games if not asked.chosen else ()
    return PairedGames(
        games={game: (truth[game], spots[game]) for game in truth},
        asked=tuple(asked.games),
        without_spots=unread.without,
        unlabelled=unlabelled,
        left_out=len(unread.games) - len(unlabelled),
        bare=tuple(game for game in asked.bare if game_id_of(game) not in set(unlabelled)),
    )


class _Unread(NamedTuple):
    """Games with predictions that nothing asks for, and labelled games without predictions."""

    games: tuple[str, ...]
    without: tuple[str, ...]


def _unread(
    sources: tuple[Path, Path],
    predicted: Sequence[str],
    found: Mapping[str, str | None],
    truth: Collection[str],
    problems: ProblemLog,
    what: str,
) -> _Unread:
    """Which games only one side has.

    Args:
        sources: the labels and the predictions.
        predicted: ids of the games with predictions, as their source has them.
        found: of each game that is asked for, that id.
        truth: ids of the games with labels.
        problems: collects what is wrong.
        what: the games without predictions lack, in messages.

    Raises:
        UserError: no game is on both sides, or one that has labels is not and that is an error.
    """
    labels, predictions = sources
    without = tuple(game for game in truth if found[game] is None)
    if predicted and len(without) == len(truth):
        raise UserError(
            f"{predictions} has no predictions for the {counted(len(truth), 'game')} with labels "
            f"in {labels}: they are for '{predicted[0]}', not for '{without[0]}'."
        )
    if predicted and without and not problems.lenient:
        raise UserError(
            f"{len(without):,} of {counted(len(truth), 'game')} have no {what} in "
            f"{predictions}; the first is '{without[0]}': add what is missing, or use --lenient to "
            "score them as games without spots."
        )
    return _Unread(tuple(sorted({*predicted} - {*found.values()})), without)


def _refuse_nothing_to_score(
    labels: Path,
    predictions: Path,
    truth: Mapping[str, Sequence[Label]],
    spots: Mapping[str, Sequence[Spot]],
    task: Task,
) -> None:
    """Refuses labels without an event, and events of which none is of a class of the task.

    Raises:
        UserError: a score would say nothing.
    """
    if not any(truth.values()):
        raise UserError(
            f"{labels} has no label in any of {counted(len(truth), 'game')}: nothing can be scored."
        )
    sides: Sequence[tuple[Path, str, Iterable[Sequence[Label | Spot]]]] = (
        (labels, "label", truth.values()),
        (predictions, "prediction", spots.values()),
    )
    for source, noun, by_game in sides:
        if any(task.truth_class(event.label) >= 0 for events in by_game for event in events):
            continue
        if names := {event.label for events in by_game for event in events}:
            first = min(names)
            raise UserError(
                f"no {noun} of {source} has a class of --task {task.name}; one has '{first}'"
                f"{task_of_class(first, task)}."
            )
