"""Predictions without a run beside their videos, as the viewer shows them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from touchline.errors import UserError
from touchline.games import Game, Half, Label, Task, find_game_videos, half_in_name
from touchline.report import ReportData
from touchline.runs import PlanFile, RunResults, find_hits, games_of, plan_of_files
from touchline.scores import ScoringSettings, align_events
from touchline.spots import MergeSettings, Spot
from touchline.text import counted
from touchline.view.viewed_run import ViewedRun, check_annotator, viewed_halves

_BOTH = 2


@dataclass(frozen=True, slots=True)
class FileSpots:
    """Sets of spots to be shown.

    Attributes:
        models: by name the spots by game.
        truth: labels by game; empty where there are none.
        task: what was spotted.
        scoring: the tolerance in which a spot is right.
        make_report: see `ViewedRun`.
    """

    models: Mapping[str, Mapping[str, list[Spot]]]
    truth: Mapping[str, list[Label]]
    task: Task
    scoring: ScoringSettings
    make_report: Callable[[], ReportData] | None = None

    def games(self) -> list[str]:
        """Ids of all games, with labels or spots."""
        spotted = (game for spots in self.models.values() for game in spots)
        return sorted({*self.truth, *spotted})

    def halves(self, game: str) -> list[int]:
        """The halves of a game that have labels or spots."""
        spots = (spot.half for by_game in self.models.values() for spot in by_game.get(game, ()))
        return sorted({*spots, *(label.half for label in self.truth.get(game, ()))})


def open_files(
    spots: FileSpots, videos: Sequence[Path], name: str, folder: Path, annotator: str = ""
) -> tuple[ViewedRun, list[str]]:
    """Predictions as the viewer shows a run, and what the user has to know of them.

    Args:
        spots: what is shown.
        videos: a folder of games, or the videos of one game.
        name: the heading of the page.
        folder: where labels that are corrected by hand go; not made before.
        annotator: see `open_run`.

    Raises:
        UserError: there is no video for any of them, or a video cannot be read.
    """
    check_annotator(annotator)
    found = _videos(spots, videos)
    labels = {game: tuple(sorted(of_game)) for game, of_game in spots.truth.items()}
    games = [
        Game(
            game,
            tuple(Half(game, number, file) for number, file in sorted(halves.items())),
            labels.get(game),
        )
        for game, halves in found.items()
    ]
    plan, warnings = plan_of_files(name, games, list(spots.models), spots.task)
    results = _results(spots, found, plan, folder)
    paired = {model: games_of(of, results.games) for model, of in results.models.items()}
    run = ViewedRun(
        results=results,
        plan=plan,
        halves=viewed_halves(plan),
        models=tuple(spots.models),
        labels={game: of_game for game, of_game in labels.items() if game in found},
        merging=MergeSettings(),
        hits={
            model: find_hits(of, align_events(of, spots.task), spots.scoring.tolerance)
            for model, of in paired.items()
        },
        uncovered={model: {} for model in spots.models},
        annotator=annotator,
        _rows={},
        is_run=False,
        make_report=spots.make_report,
    )
    return run, [*_without_video(spots, found), *warnings]


def _results(
    spots: FileSpots, found: Mapping[str, Mapping[int, Path]], plan: PlanFile, folder: Path
) -> RunResults:
    """What a finished run would have come to; nobody knows what was left out, so all is covered."""
    return RunResults(
        name=plan.name,
        folder=folder,
        games=plan.labels(),
        models={
            model: {game: _shown(by_game.get(game, []), found[game]) for game in found}
            for model, by_game in spots.models.items()
        },
        coverage=dict.fromkeys(spots.models, 1.0),
        kinds=dict.fromkeys(spots.models, "model"),
        control_of={},
        intervals={},
        ranks_only=frozenset(),
        fitted=frozenset(),
        half_ms=plan.half_ms(),
        scoring=spots.scoring,
        task=spots.task,
    )


def _shown(spots: Sequence[Spot], halves: Mapping[int, Path]) -> list[Spot]:
    return [spot for spot in spots if spot.half in halves]


def _videos(spots: FileSpots, videos: Sequence[Path]) -> dict[str, dict[int, Path]]:
    """The videos by game and half.

    Raises:
        UserError: there is none.
    """
    games = spots.games()
    if len(videos) == 1 and not videos[0].is_file():
        if not videos[0].exists():
            raise UserError(f"{videos[0]} does not exist: give a video or a folder of games.")
        found = find_game_videos(videos[0], games, spots.task)
        if not found:
            raise UserError(
                f"{videos[0]} has no video of the games with events, such as "
                f"'{games[0]}': give the folder that holds it, or the video itself."
            )
        return found
    if missing := [video for video in videos if not video.is_file()]:
        raise UserError(f"{missing[0]} is not a file: give one folder, or the videos of one game.")
    if len(games) > 1:
        raise UserError(
            f"{videos[0]} is one video, and the events are of {counted(len(games), 'game')}: "
            "give the folder of all videos, or choose a game with --games."
        )
    if not games:
        raise UserError("the predictions hold no event: nothing can be shown.")
    return {games[0]: _halves(videos, spots.halves(games[0]), spots.task)}


def _halves(videos: Sequence[Path], halves: Sequence[int], task: Task) -> dict[int, Path]:
    """Which half each of the videos of a game is: as its name says, else in the order given."""
    named = {half_in_name(video): video for video in videos}
    if None not in named and len(named) == len(videos):
        return {number: video for number, video in named.items() if number is not None}
    if len(videos) > max(_BOTH, task.periods):
        raise UserError(f"{len(videos)} videos are more than a game has halves.")
    if len(videos) == len(halves):
        return dict(zip(halves, videos, strict=True))
    return dict(enumerate(videos, start=1))


def _without_video(spots: FileSpots, found: Mapping[str, Mapping[int, Path]]) -> list[str]:
    """Which events are not shown, as their half has no video."""
    missing = [
        (game, half)
        for game in spots.games()
        for half in spots.halves(game)
        if half not in found.get(game, {})
    ]
    if not missing:
        return []
    game, half = missing[0]
    what = "half" if len(missing) == 1 else "halves"
    return [
        f"{len(missing):,} {what} with events not shown, without a video; the first is half {half} "
        f"of '{game}'."
    ]
