"""Asking game by game, in random order, until a question about two models is answered."""

import random
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

from touchline.errors import UserError
from touchline.progress import Notify
from touchline.runs.config.stopping_settings import StoppingSettings
from touchline.runs.planning.plan import Plan
from touchline.runs.results.run_results import RunResults, load_run
from touchline.runs.stopping.stopping_file import StoppingFile
from touchline.scores import evidence, game_figures

Result = TypeVar("Result")


def drawn_order(games: Sequence[str], seed: int) -> tuple[str, ...]:
    """The games in a random order, which depends on their ids and the seed alone."""
    ordered = sorted(games)
    random.Random(seed).shuffle(ordered)  # noqa: S311  (an order, no secret)
    return tuple(ordered)


def run_until_answered(
    plan: Plan, folder: Path, ask: Callable[[Plan], Result], notify: Notify
) -> Result:
    """Runs the first game of the order, then the first two, and so on, until it is enough.

    Each step is a run of its own in the same folder, which asks what is missing. What was found is
    written after every step; the next start goes on there.

    Args:
        plan: of all games, with the question in `bench.stopping`.
        folder: of the run.
        ask: runs a plan in the folder.
        notify: gets a sentence after every step.

    Returns:
        What the last step returned.

    Raises:
        UserError: the question names no model of the plan, or a game has no labels.
    """
    settings = plan.bench.stopping
    if settings is None:
        raise ValueError("the plan has no question")
    _check(plan, settings)
    state = _begin(plan, folder, settings)
    games = {game.id: game for game in plan.games}
    asked = max(1, len(state.evidence))
    while True:
        result = ask(replace(plan, games=tuple(games[one] for one in state.order[:asked])))
        run = load_run(folder)
        if unscored := [m for m in settings.between if not run.scoring.enough(run.coverage[m])]:
            raise UserError(
                f"stopping: model '{unscored[0]}' has answered {run.coverage[unscored[0]]:.0%} of "
                f"its windows of {asked} games, too few to judge it (scoring.min_coverage): run "
                "again to ask for what failed, or remove 'stopping' to ask all games."
            )
        state = _judged(state, run, asked)
        state.write(folder)
        notify(f"stopping: {state.sentence}")
        if state.is_answered or asked == len(state.order):
            return result
        asked += 1


def _begin(plan: Plan, folder: Path, settings: StoppingSettings) -> StoppingFile:
    """Where an earlier start of the same question left off, or the beginning."""
    order = drawn_order([game.id for game in plan.games], settings.seed)
    before = StoppingFile.read(folder)
    if before is not None and before.settings == settings and before.order == order:
        return before
    return StoppingFile(settings=settings, order=order)


def _judged(state: StoppingFile, run: RunResults, asked: int) -> StoppingFile:
    games = state.order[:asked]
    first, second = (
        game_figures(
            {game: (run.games[game], run.models[model].get(game, [])) for game in games},
            state.settings.figure,
            run.task,
        )
        for model in state.settings.between
    )
    differences = {game: first[game] - second[game] for game in games}
    found = evidence(list(differences.values()))
    return state.model_copy(
        update={"differences": differences, "evidence": tuple(map(float, found))}
    )


def _check(plan: Plan, settings: StoppingSettings) -> None:
    names = [model.name for model in plan.models]
    for model in settings.between:
        if model not in names:
            raise UserError(
                f"stopping.between: '{model}' is not a model of this benchmark: choose two of "
                f"{', '.join(names)}."
            )
    if settings.between[0] == settings.between[1]:
        raise UserError("stopping.between: name two different models.")
    if bare := [game.id for game in plan.games if game.labels is None]:
        raise UserError(
            f"stopping: game '{bare[0]}' has no labels, and which model is better is judged after "
            "every game: omit it, or remove 'stopping'."
        )
