"""A plan for predictions without a run, so that they are shown as a run is."""

from collections.abc import Sequence

from touchline import __version__
from touchline.games import Game, Task, task_facts
from touchline.prompts import EVENTS
from touchline.runs.planning.plan import game_plan
from touchline.runs.planning.plan_file import VERSION, ModelPlan, PlanFile, PromptPlan
from touchline.runs.planning.planned_videos import label_warnings, probe_videos
from touchline.video import FrameSpec

_ENGINE = "file"
"""No engine has this name: nobody can be asked."""


def plan_of_files(
    name: str, games: Sequence[Game], models: Sequence[str], task: Task
) -> tuple[PlanFile, list[str]]:
    """What a plan would say of some videos and predictions, and where labels seem to be of others.

    Args:
        name: what to call it.
        games: with videos of the halves to show.
        models: a name for each set of predictions.
        task: what was spotted.

    Raises:
        UserError: a video cannot be read.
    """
    videos = probe_videos(games, {})
    plan = PlanFile(
        version=VERSION,
        name=name,
        touchline=__version__,
        prompt=PromptPlan(name="", sha256="", source="", schema=EVENTS),
        games=tuple(game_plan(game, videos) for game in games),
        models=tuple(
            ModelPlan(card={"name": model, "engine": _ENGINE}, recipe=FrameSpec())
            for model in models
        ),
        task=task_facts(task),
    )
    return plan, label_warnings(games, videos)
