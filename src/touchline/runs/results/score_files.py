"""Scoring files of spots or raw replies against files of labels."""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from touchline.errors import UserError
from touchline.games import SOCCERNET_V2, ProblemLog, Task, find_task
from touchline.replies import is_retrospective
from touchline.report import (
    Grid,
    player_grid,
    score_grids,
    side_by_side_grid,
    stamp_grid,
    team_ball_grids,
)
from touchline.runs.comparison.file_names import names_of_files
from touchline.scores import (
    ACTION_F1,
    LEAST_GAMES,
    OFFICIAL_METRICS,
    TEAM_AT1,
    ScoreSheet,
    interval_sentence,
    official_scores,
    score_sheet,
)
from touchline.spots import read_pairs
from touchline.text import counted


@dataclass(frozen=True, slots=True)
class ScoreRequest:
    """What is scored; `touchline score --help` explains each option."""

    labels: Path
    predictions: tuple[Path, ...]
    task: str
    split: str | None
    games: tuple[str, ...]
    tolerance_s: float
    stamp: str | None
    lenient: bool
    beyond: bool


@dataclass(frozen=True, slots=True)
class ScoreFilesResult:
    """The scores: for programs, as tables, and remarks on them.

    `figures` are what several sets are shown side by side by: average-mAP by official metric, and
    precision, recall and F1 where they were computed.
    """

    data: dict[str, Any]
    grids: list[Grid]
    remarks: list[str]
    figures: dict[str, float]


def score_files(request: ScoreRequest, problems: ProblemLog) -> ScoreFilesResult:
    """Reads labels and predictions and scores them.

    Args:
        request: what to score.
        problems: collects what is wrong with the files, or raises at the first.

    Raises:
        UserError: the options do not fit together, or the files are wrong.
    """
    task = find_task(request.task)
    _check_stamp(request)
    named = dict(zip(names_of_files(request.predictions), request.predictions, strict=True))
    found = {
        name: _score_set(request, predictions, task, problems)
        for name, predictions in named.items()
    }
    if len(found) == 1:
        return next(iter(found.values()))
    return ScoreFilesResult(
        {"sets": {name: one.data for name, one in found.items()}},
        [
            side_by_side_grid({name: one.figures for name, one in found.items()}),
            *(
                replace(grid, title=f"{name}: {grid.title}")
                for name, one in found.items()
                for grid in one.grids
            ),
        ],
        [f"{name}: {remark}" for name, one in found.items() for remark in one.remarks],
        {},
    )


def _check_stamp(request: ScoreRequest) -> None:
    """Refuses a stamp that is unknown, or that nothing is read with.

    Raises:
        UserError: there is no such stamp, or none of the predictions are raw replies.
    """
    if request.stamp is None:
        return
    from touchline.spots import STAMPS

    if request.stamp not in STAMPS:
        raise UserError(f"unknown stamp '{request.stamp}': choose {' or '.join(STAMPS)}.")
    if not any(map(is_retrospective, request.predictions)):
        raise UserError(
            "--stamp is for raw replies, and these predictions have times of their own: omit it."
        )


def _score_set(
    request: ScoreRequest, predictions: Path, task: Task, problems: ProblemLog
) -> ScoreFilesResult:
    if task.metric == ACTION_F1 and predictions.suffix == ".json":
        return _players(request, predictions, task, problems)
    if task.metric == TEAM_AT1:
        return _team_ball(request, predictions, task, problems)
    if is_retrospective(predictions):
        return _replies(request, predictions, task, problems)
    return _spots(request, predictions, task, problems)


def _spots(
    request: ScoreRequest, predictions: Path, task: Task, problems: ProblemLog
) -> ScoreFilesResult:
    read = read_pairs(request.labels, predictions, task, request.split, request.games, problems)
    sheet = score_sheet(read.games, task, request.tolerance_s, not request.beyond)
    return ScoreFilesResult(
        sheet.to_json() | {"game_counts": read.to_json()},
        score_grids(sheet),
        [*read.sentences(), *_remarks(sheet)],
        _figures(sheet),
    )


def _replies(
    request: ScoreRequest, predictions: Path, task: Task, problems: ProblemLog
) -> ScoreFilesResult:
    """Raw replies: the official figures at both stamps, everything else at the chosen one."""
    # Reading replies needs pydantic and all parsers, which scoring spots does not.
    from touchline.spots import STAMPS, import_run

    chosen = request.stamp or STAMPS[0]
    if task != SOCCERNET_V2 or request.split is not None:
        raise UserError(
            "raw replies are scored with --task v2 and without --split: alignment.json names their "
            "games."
        )
    runs = {
        stamp: import_run(
            request.labels,
            predictions,
            SOCCERNET_V2,
            stamp,
            request.games,
            problems if stamp == chosen else ProblemLog(request.lenient),
        )
        for stamp in STAMPS
    }
    run = runs[chosen]
    sheet = score_sheet(
        run.games,
        tolerance_s=request.tolerance_s,
        half_ms=run.half_ms,
        windows=(run.windows, run.nothing),
        watched_ms=run.watched_ms,
    )
    stamped = {stamp: official_scores(one.games) for stamp, one in runs.items()}
    imported = {
        "stamp": chosen,
        "windows": run.windows,
        "nothing": run.nothing,
        "replies": {str(outcome): count for outcome, count in run.outcomes.items()},
        "dropped_labels": run.dropped,
        "stamps": {stamp: figures.to_json() for stamp, figures in stamped.items()},
    }
    dropped = ", ".join(f"{name!r} {count}" for name, count in list(run.dropped.items())[:5])
    remark = f"{sum(run.dropped.values())} claims of no class dropped: {dropped}."
    return ScoreFilesResult(
        sheet.to_json() | {"imported": imported, "game_counts": run.paired.to_json()},
        [stamp_grid(stamped), *score_grids(sheet)],
        [*run.paired.sentences(), remark, *_remarks(sheet)],
        _figures(sheet),
    )


def _figures(sheet: ScoreSheet) -> dict[str, float]:
    rates = sheet.rates.micro
    maps = {name: averages.a_map for name, averages in sheet.official.metrics.items()}
    return maps | {"precision": rates.precision, "recall": rates.recall, "F1": rates.f1}


def _remarks(sheet: ScoreSheet) -> list[str]:
    remarks = [f"quirk of the official figure: {q.sentence}." for q in sheet.official.quirks]
    if sheet.games < LEAST_GAMES:
        remarks.append(interval_sentence(sheet.games))
    return remarks


def _team_ball(
    request: ScoreRequest, predictions: Path, task: Task, problems: ProblemLog
) -> ScoreFilesResult:
    from touchline.scores import official_team_ball

    read = read_pairs(request.labels, predictions, task, request.split, request.games, problems)
    figures = official_team_ball(read.games, task, tuple(OFFICIAL_METRICS))
    data = {name: figure.to_json() for name, figure in figures.items()}
    return ScoreFilesResult(
        data | {"classes": list(task.classes), "game_counts": read.to_json()},
        team_ball_grids(figures, task),
        read.sentences(),
        {name: figure.team_map for name, figure in figures.items()},
    )


def _players(
    request: ScoreRequest, predictions: Path, task: Task, problems: ProblemLog
) -> ScoreFilesResult:
    """Files of the player-centric challenge, which name the players too."""
    from touchline.runs.results.player_files import read_player_events
    from touchline.scores import official_player_f1
    from touchline.spots import UNKNOWN_SHIRT

    if request.split is not None or request.games:
        raise UserError("files of all games of a split are scored without --split and --games.")
    truths = read_player_events(request.labels, task, problems, predicted=False)
    claims = read_player_events(predictions, task, problems, predicted=True)
    shirts = {event.player for events in claims.values() for event in events}
    if shirts == {UNKNOWN_SHIRT}:
        raise UserError(
            f"{predictions} names no player (every shirt is {UNKNOWN_SHIRT}): runs do not ask for "
            "players, and their report has the F1 that leaves players out."
        )
    found = official_player_f1(truths, claims, task.classes)
    if not found.games:
        raise UserError(f"{predictions} has no game of {request.labels}.")
    left_out = ", ".join(found.left_out[:3])
    remark = (
        f"{counted(len(found.left_out), 'game')} in only one of the files left out: {left_out}."
    )
    overall = found.overall
    return ScoreFilesResult(
        found.to_json() | {"classes": list(task.classes)},
        [player_grid(found)],
        [remark] if found.left_out else [],
        {"precision": overall.precision, "recall": overall.recall, "F1": overall.f1},
    )
